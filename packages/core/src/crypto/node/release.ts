/** Whether a runtime is Node 22 or later, by what it says of itself and of its OpenSSL. */
export const isOnNode22OrLater = (versions: { readonly node: string; readonly openssl: string }): boolean =>
  Number.parseInt(versions.node, 10) >= 22 && Number.parseInt(versions.openssl, 10) >= 3

/**
 * Node 22 brought OpenSSL 3.5's costs, which turn some choices around. Bun says that it is such a Node, and has
 * BoringSSL, which lacks some of the choices.
 */
export const isNode22OrLater: boolean = isOnNode22OrLater(process.versions)
