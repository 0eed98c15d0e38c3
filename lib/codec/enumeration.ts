/** Named numbers and named bits. What has no name yet survives as a number. */
import type { FixedCodec } from './codec.js'
import { Rejection } from './rejection.js'

/** A number, and the kernel's name for it where that does not follow from ours and the prefix. */
export type Value = number | readonly [number: number, constant: string]
export type Values = Readonly<Record<string, Value>>

export interface NamedNumbers<Name extends string> {
  readonly numberOf: ReadonlyMap<string, number>
  readonly nameOf: ReadonlyMap<number, Name>
  /** Constant and number, for the check against the kernel's headers. */
  readonly constants: ReadonlyMap<string, number>
}

/** `lowerUp` → `LOWER_UP`, `l3Mdev` → `L3_MDEV`. */
const upperSnake = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()

/** Without a prefix the numbers have no names in the kernel's headers for programs, and there is nothing to check. */
export function namedNumbers<Name extends string>(prefix: string | undefined, values: Values): NamedNumbers<Name> {
  const entries = Object.entries(values).map(([name, value]) =>
    typeof value === 'number'
      ? { name, number: value, constant: prefix === undefined ? '' : `${prefix}_${upperSnake(name)}` }
      : { name, number: value[0], constant: value[1] },
  )
  return {
    numberOf: new Map(entries.map(({ name, number }) => [name, number])),
    nameOf: new Map(entries.map(({ name, number }) => [number, name as Name])),
    constants: new Map(
      entries.flatMap(({ number, constant }): [string, number][] => (constant === '' ? [] : [[constant, number]])),
    ),
  }
}

export interface Enumeration<Name extends string> extends FixedCodec<Name | number>, NamedNumbers<Name> {
  /** The number of a name or number; throws a Rejection. */
  toNumber(value: Name | number): number
  fromNumber(number: number): Name | number
}

/**
 * One of several named numbers: `enumeration(u8(), 'VXLAN_DF', { unset: 0, set: 1, inherit: 2 })`; the constants
 * are then VXLAN_DF_UNSET and so on.
 */
export function enumeration<const V extends Values>(
  carrier: FixedCodec<number>,
  prefix: string | undefined,
  values: V,
): Enumeration<keyof V & string> {
  type Name = keyof V & string
  const named = namedNumbers<Name>(prefix, values)
  const expected = `one of ${[...named.numberOf.keys()].map((name) => `'${name}'`).join(', ')} or ${carrier.expected}`
  const toNumber = (value: Name | number) => {
    const number = typeof value === 'string' ? named.numberOf.get(value) : value
    if (number === undefined) throw new Rejection(expected, value)
    return number
  }
  const fromNumber = (number: number) => named.nameOf.get(number) ?? number
  return {
    ...named,
    size: carrier.size,
    expected,
    toNumber,
    fromNumber,
    write: (writer, value) => carrier.write(writer, toNumber(value)),
    read: (source, start, end) => fromNumber(carrier.read(source, start, end)),
  }
}

export interface Flags<Name extends string>
  extends FixedCodec<readonly (Name | number)[], readonly (Name | number)[]>,
    NamedNumbers<Name> {
  toBits(value: readonly (Name | number)[]): number
  fromBits(bits: number): readonly (Name | number)[]
}

/** A set of named bits: an array of names; a bit without a name is its value, as a number. */
export function flags<const V extends Values>(
  carrier: FixedCodec<number>,
  prefix: string | undefined,
  values: V,
): Flags<keyof V & string> {
  type Name = keyof V & string
  const named = namedNumbers<Name>(prefix, values)
  const expected = `an array of ${[...named.numberOf.keys()].map((name) => `'${name}'`).join(', ')} or bits`
  const toBits = (value: readonly (Name | number)[]) => {
    if (!Array.isArray(value)) throw new Rejection(expected, value)
    let bits = 0
    for (const item of value) {
      const bit = typeof item === 'string' ? named.numberOf.get(item) : item
      if (!Number.isInteger(bit) || (bit as number) < 0 || (bit as number) > 0xffff_ffff)
        throw new Rejection(expected, item)
      bits = (bits | (bit as number)) >>> 0
    }
    return bits
  }
  const fromBits = (bits: number) => {
    const found: (Name | number)[] = []
    for (let rest = bits; rest !== 0; ) {
      const bit = (rest & -rest) >>> 0
      found.push(named.nameOf.get(bit) ?? bit)
      rest = (rest & ~bit) >>> 0
    }
    return found
  }
  return {
    ...named,
    size: carrier.size,
    expected,
    toBits,
    fromBits,
    write: (writer, value) => carrier.write(writer, toBits(value)),
    read: (source, start, end) => fromBits(carrier.read(source, start, end)),
  }
}
