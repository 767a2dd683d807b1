/** Whether the runtime is Node 22 or later with OpenSSL, from the reported versions. */
export const isOnNode22OrLater = (versions: { readonly node: string; readonly openssl: string }): boolean =>
  Number.parseInt(versions.node, 10) >= 22 && Number.parseInt(versions.openssl, 10) >= 3

/**
 * Node 22 introduced OpenSSL 3.5, whose performance reverses some choices. Bun reports itself as such a Node,
 * but uses BoringSSL, which lacks some of the options.
 */
export const isNode22OrLater: boolean = isOnNode22OrLater(process.versions)
