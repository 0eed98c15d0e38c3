/** Dumps that the kernel resumes by position, without telling that the table changed meanwhile. */

/** One of those that have the same key: the one that was read last. */
export function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const byKey = new Map<string, T>()
  for (const item of items) byKey.set(keyOf(item), item)
  return byKey.size === items.length ? items : [...byKey.values()]
}
