const toRemoteKeys = ['src/keys/remote/**/*.ts', 'src/keys/remote-key-set.ts', 'src/keys/discover-issuer.ts']

/** The folders of core whose code decides, in parts that take some minutes each. @type {Record<string, readonly string[]>} */
export const folders = {
  compact: ['src/compact/**/*.ts'],
  jws: ['src/jws/**/*.ts'],
  jwe: ['src/jwe/**/*.ts'],
  jwt: ['src/jwt/**/*.ts'],
  http: ['src/http/**/*.ts'],
  crypto: ['src/crypto/**/*.ts'],
  keys: ['src/keys/*.ts', ...toRemoteKeys.map((pattern) => `!${pattern}`)],
  'keys-ring': ['src/keys/ring/**/*.ts'],
  'keys-remote': toRemoteKeys,
}
