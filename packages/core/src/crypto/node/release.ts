const { node, openssl } = process.versions

/**
 * Node 22 brought OpenSSL 3.5's costs, which turn some choices around. Bun says that it is such a Node, and has
 * BoringSSL, which lacks some of the choices.
 */
export const isNode22OrLater: boolean = Number.parseInt(node, 10) >= 22 && Number.parseInt(openssl, 10) >= 3
