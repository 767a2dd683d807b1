/** OpenSSL's name for a hash of WebCrypto's. */
export function hashName({ hash }: { readonly hash?: string }): string {
  return (hash ?? '').replace('-', '').toLowerCase()
}
