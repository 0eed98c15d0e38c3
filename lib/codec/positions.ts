/** Arrays of integers in which a number's position says what it is (ipv4_devconf, ipv6_devconf). */
import { type Codec, Unreadable } from './codec.js'
import { type NamedNumbers, namedNumbers, type Values } from './enumeration.js'
import { onlyRead } from './only-read.js'

/** By name; what a newer kernel has behind them by its position. */
export type Positions<Name extends string> = { readonly [K in Name]?: number } & { readonly [position: number]: number }

/** 32-bit integers with a sign. `first` is the number that the first one's name has. Only read. */
export function positions<const V extends Values>(
  prefix: string,
  values: V,
  first: 0 | 1,
): Codec<never, Positions<keyof V & string>> & NamedNumbers<keyof V & string> {
  type Name = keyof V & string
  const named = namedNumbers<Name>(prefix, values)
  const last = Math.max(...named.nameOf.keys())
  const names = Array.from({ length: last + 1 - first }, (_, i) => named.nameOf.get(i + first) ?? String(i + first))
  const codec = onlyRead<Positions<Name>>(({ view, littleEndian }, start, end) => {
    if ((end - start) % 4 !== 0) throw new Unreadable(`${end - start} bytes are no array of integers`)
    const found: Record<string, number> = {}
    for (let at = start, i = 0; at < end; at += 4, i++)
      found[names[i] ?? String(i + first)] = view.getInt32(at, littleEndian)
    return found as Positions<Name>
  })
  return { ...named, ...codec }
}

/** 64-bit counters whose meaning the kernel's headers tell. Only read. */
export const counters = onlyRead<readonly bigint[]>(({ view, littleEndian }, start, end) => {
  if ((end - start) % 8 !== 0) throw new Unreadable(`${end - start} bytes are no array of counters`)
  const values: bigint[] = []
  for (let at = start; at < end; at += 8) values.push(view.getBigUint64(at, littleEndian))
  return values
})
