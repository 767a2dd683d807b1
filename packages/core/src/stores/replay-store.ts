/** Remembers what may be used only once: proofs, tokens, nonces. */
export interface ReplayStore {
  /**
   * Claims a key for some time, in one atomic step.
   *
   * @param seconds How long later claims are refused. They may be refused a little longer, never shorter.
   * @returns `true` for the first, `false` for every other one.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` when the engine does not answer or has no room: the caller must
   * refuse then.
   */
  claim(key: string, seconds: number): Promise<boolean>
}
