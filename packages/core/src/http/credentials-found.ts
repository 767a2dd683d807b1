/** What a request brings to be authenticated by. */
export interface Credentials {
  readonly scheme: 'Bearer'
  readonly token: string
  /** A browser sends a cookie by itself, whoever asks it to; a header it does not. */
  readonly source: 'header' | 'cookie'
}

/** Credentials, the code of what is wrong with them, or `undefined` where there are none. */
export type CredentialsFound =
  | Credentials
  | 'SB_CREDENTIALS_MALFORMED'
  | 'SB_CREDENTIALS_REPEATED'
  | undefined
