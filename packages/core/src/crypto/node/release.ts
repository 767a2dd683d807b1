/** Node 22 brought OpenSSL 3.5's costs, which turn some choices around. */
export const isNode22OrLater: boolean = Number.parseInt(process.versions.node, 10) >= 22
