/**
 * Switches in one structure with a mask that tells which of them are meant (br_boolopt_multi, nla_bitfield32).
 *
 *     | values u32 | mask u32 |
 */
import { type Codec, requireLength } from './codec.js'
import { type NamedNumbers, namedNumbers, type Values } from './enumeration.js'
import { Rejection } from './rejection.js'

export interface Switches<Name extends string> extends Codec<SwitchesIn<Name>, SwitchesOut<Name>>, NamedNumbers<Name> {}

/** Those that are named are set or cleared; the others stay as they are. */
export type SwitchesIn<Name extends string> = { readonly [K in Name]?: boolean | undefined }
/** Those that this kernel has. */
export type SwitchesOut<Name extends string> = { readonly [K in Name]?: boolean }

/**
 * The numbers of `values` are the positions of bits, or the bits themselves, as the kernel has them. `negative` are those whose bit says the opposite of our positive word
 * (BR_BOOLOPT_NO_LL_LEARN).
 */
export function switches<const V extends Values>(
  prefix: string,
  values: V,
  negative: readonly (keyof V & string)[] = [],
  numbers: 'positions' | 'masks' = 'positions',
): Switches<keyof V & string> {
  type Name = keyof V & string
  const named = namedNumbers<Name>(prefix, values)
  const bitOf = (number: number) => (numbers === 'masks' ? number : 1 << number)
  const expected = `an object of true or false with ${[...named.numberOf.keys()].join(', ')}`
  return {
    ...named,
    expected,
    write(writer, value) {
      if (typeof value !== 'object' || value === null) throw new Rejection(expected, value)
      let bits = 0
      let mask = 0
      for (const [name, on] of Object.entries(value)) {
        if (on === undefined) continue
        const number = named.numberOf.get(name)
        if (number === undefined) throw new Rejection(expected, on).within(name)
        if (typeof on !== 'boolean') throw new Rejection('true or false', on).within(name)
        mask |= bitOf(number)
        if (on !== negative.includes(name)) bits |= bitOf(number)
      }
      writer.u32(bits >>> 0)
      writer.u32(mask >>> 0)
    },
    read(source, start, end) {
      requireLength(start, end, 8)
      const bits = source.view.getUint32(start, source.littleEndian)
      const mask = source.view.getUint32(start + 4, source.littleEndian)
      const known = [...named.nameOf].filter(([number]) => (mask & bitOf(number)) !== 0)
      return Object.fromEntries(
        known.map(([number, name]) => [name, ((bits & bitOf(number)) !== 0) !== negative.includes(name)]),
      ) as SwitchesOut<Name>
    },
  }
}
