/** Dumps that the kernel resumes by position, without telling that the table changed meanwhile. */

/** One of those that have the same key: the one that was read last. */
export function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  if (new Set(items.map(keyOf)).size === items.length) return items
  return [...new Map(items.map((item) => [keyOf(item), item])).values()]
}
