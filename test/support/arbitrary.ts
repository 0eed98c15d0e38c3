/** Random values that a codec takes, derived from what the codec says of itself. */
import fc from 'fast-check'
import { formatIpv4, formatIpv6 } from '../../lib/codec/ip.js'
import type { AnyTable, Rows } from '../../lib/codec/table.js'

type Any = Record<string, unknown>
type Values = fc.Arbitrary<unknown>

const sized = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const ipv4 = sized(4).map((bytes) => formatIpv4(bytes, 0))
const ipv6 = sized(16).map((bytes) => formatIpv6(bytes, 0))
const mac = sized(6).map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':'))
const isMulticast = (text: string) => /^(22[4-9]|23\d)\.|^ff..:/.test(text)
const word = fc.string({ unit: fc.constantFrom(...'abcdefgh0123.-_é'), maxLength: 200 })

/** By what the codec expects; the first that fits. */
const byWords: [pattern: RegExp, make: (...groups: string[]) => Values][] = [
  [/^an integer from (-?\d+) to (-?\d+)$/, (min, max) => fc.integer({ min: Number(min), max: Number(max) })],
  [/^a bigint .* from 0 to 2\^64-1$/, () => fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })],
  [/^true or false$/, () => fc.boolean()],
  [/^text of at most (\d+) bytes/, (longest) => word.filter((text) => Buffer.from(text).length <= Number(longest))],
  [
    /^a link name/,
    () => fc.string({ unit: fc.constantFrom(...'abcdefgh0123.-_'), maxLength: 12 }).map((text) => `l${text}`),
  ],
  [
    /^(\d+) to (\d+) bytes \(Uint8Array\)$/,
    (min, max) => fc.uint8Array({ minLength: Number(min), maxLength: Math.min(Number(max), 64) }),
  ],
  [/^(\d+) bytes \(Uint8Array\)$/, (length) => sized(Number(length))],
  [/^an IPv4 address, not multicast$/, () => ipv4.filter((text) => !isMulticast(text))],
  [/^an IPv6 address, not multicast$/, () => ipv6.filter((text) => !isMulticast(text))],
  [
    /^an IPv4 address, multicast$/,
    () => sized(4).map((bytes) => formatIpv4(bytes.with(0, 224 + ((bytes[0] ?? 0) % 16)), 0)),
  ],
  [/^an IPv6 address, multicast$/, () => sized(16).map((bytes) => formatIpv6(bytes.with(0, 255), 0))],
  [/^an IPv4 address$/, () => ipv4],
  [/^an IPv6 address$/, () => ipv6],
  [/^an IPv4 or IPv6 address$/, () => fc.oneof(ipv4, ipv6)],
  [/^a MAC address/, () => mac],
  [/^a link: its name, its index/, () => fc.integer({ min: 1, max: 0x7fff_ffff })],
]

function partly(members: Record<string, Values>): Values {
  return fc.record(members, { requiredKeys: [] })
}

/** `undefined` where it is not known what the codec takes. */
export function valuesOf(codec: Any): Values | undefined {
  const { table, element, fields, numberOf, toBits, toNumber, expected } = codec
  if (table !== undefined && expected === 'an object') return optionsOf(table as AnyTable)
  if (element !== undefined) {
    const inner = valuesOf((element as { codec: Any }).codec)
    return inner && fc.array(inner, { maxLength: 4 })
  }
  if (fields !== undefined) return structOf(fields as Any)
  if (numberOf instanceof Map) {
    const names = [...numberOf.keys()] as string[]
    if (typeof toBits === 'function')
      return fc
        .subarray(names)
        .filter((some) => some.length === new Set(some.map((name) => numberOf.get(name))).size)
        .map((some) => some.sort((a, b) => numberOf.get(a) - numberOf.get(b)))
    if (typeof toNumber === 'function') return fc.constantFrom(...names)
    if (!String(expected).startsWith('an object of true or false')) return undefined
    return partly(Object.fromEntries(names.map((name) => [name, fc.boolean()])))
  }
  for (const [pattern, make] of byWords) {
    const match = pattern.exec(String(expected))
    if (match !== null) return make(...match.slice(1))
  }
  return undefined
}

/** All members: an absent one comes back as a zero. */
function structOf(fields: Any): Values | undefined {
  const members: Record<string, Values> = {}
  for (const [name, { codec }] of Object.entries(fields) as [string, { codec: Any }][]) {
    if (name.startsWith('_')) continue
    const values = valuesOf(codec)
    if (values === undefined) return undefined
    members[name] = values
  }
  return fc.record(members)
}

/** Rows that a request may carry and a reply gives back, and of which it is known what they take. */
export function knownRows(table: AnyTable): [name: string, values: Values][] {
  return Object.entries(table.rows as Rows).flatMap(([name, row]): [string, Values][] => {
    if (row.options.readOnly || row.options.writeOnly) return []
    const values = row.attributes.map(({ codec }) => valuesOf(codec as unknown as Any))
    if (values.some((one) => one === undefined)) return []
    return [[name, fc.oneof(...(values as Values[]))]]
  })
}

export function optionsOf(table: AnyTable): Values {
  return partly(Object.fromEntries(knownRows(table)))
}
