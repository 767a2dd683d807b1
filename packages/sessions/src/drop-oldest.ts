/** Removes the oldest entry of a map or a set that is over its limit. */
export function dropOldest(entries: Map<string, unknown> | Set<string>, limit: number): void {
  if (entries.size <= limit) return
  const [oldest] = entries.keys()
  if (oldest !== undefined) entries.delete(oldest)
}
