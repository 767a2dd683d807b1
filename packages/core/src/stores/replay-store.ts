/** Records what may be used only once: proofs, tokens, nonces. */
export interface ReplayStore {
  /**
   * Claims a key for some time, atomically.
   *
   * @param seconds How long later claims are rejected. They may be rejected slightly longer, never shorter.
   * @returns `true` for the first claim, `false` for every other one.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` if the store does not respond or is full: the caller must reject
   * in that case.
   */
  claim(key: string, seconds: number): Promise<boolean>
}
