/** What holds for every table of attributes, whoever adds it. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { sourceOf } from '../../lib/codec/codec.js'
import { decodeAttributes } from '../../lib/codec/reader.js'
import { struct } from '../../lib/codec/struct.js'
import { type AnyTable, encodeAttributes, type Rows } from '../../lib/codec/table.js'
import { Writer } from '../../lib/codec/writer.js'
import { InvalidArgumentError, show } from '../../lib/errors.js'
import { messageFormat } from '../../lib/netlink/message.js'
import { type Request, request } from '../../lib/netlink/request.js'
import { Window } from '../../lib/netlink/window.js'
import { knownRows, optionsOf } from '../support/arbitrary.js'
import { everything } from '../support/kernel-names.js'

/** Rows that are one thing in a request and another in a reply → what. */
const lopsided: Readonly<Record<string, string>> = {
  IFLA_VXLAN_TTL_INHERIT: 'a flag in a request, a byte in a dump',
}

interface Named {
  readonly name: string
  readonly table: AnyTable
}

let tables: Named[]
beforeAll(async () => {
  tables = [...(await everything())].flatMap(([value, origin]) => {
    if (!(value.byNumber instanceof Map) || value.rows === undefined) return []
    const table = value as unknown as AnyTable
    const rows = Object.values(table.rows as Rows)
    return rows.length === 0 ? [] : [{ name: `${origin}: ${rows[0]?.attributes[0]?.constant}`, table }]
  })
})

const withoutEmpty = (value: unknown): unknown => {
  // A switch without payload is absent when it is off: `false` and unset are one there.
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, withoutEmpty(one)]])),
  )
}

describe.each([true, false])('on a host that is little-endian: %s', (littleEndian) => {
  test('whatever is encoded is decoded to the same', () => {
    for (const { name, table } of tables) {
      const omitted = (key: string, value: unknown) => {
        const row = (table.rows as Rows)[key]
        return row?.select(value).codec.omits?.(value) === true
      }
      fc.assert(
        fc.property(optionsOf(table) as fc.Arbitrary<Record<string, unknown>>, (options) => {
          const writer = new Writer(littleEndian)
          for (const key of Object.keys(options))
            if ((table.rows as Rows)[key]?.attributes.some(({ constant }) => constant in lopsided)) delete options[key]
          encodeAttributes(writer, table, options)
          const decoded = decodeAttributes(table, sourceOf(writer.bytes, littleEndian), 0, writer.position)
          const expected = Object.fromEntries(Object.entries(options).filter(([key, value]) => !omitted(key, value)))
          // An attribute that rows share tells of all of them, also of those that were not said.
          const isAsked = (key: string) => key in expected || (table.rows as Rows)[key]?.inParts !== true
          const told = Object.fromEntries(Object.entries(decoded).filter(([key]) => isAsked(key)))
          expect(withoutEmpty(told), name).toEqual(withoutEmpty(expected))
        }),
        { numRuns: 30 },
      )
    }
  })
})

test('most rows are tried', () => {
  const rows = tables.flatMap(({ table }) =>
    Object.entries(table.rows as Rows)
      .filter(([, { options }]) => !options.readOnly && !options.writeOnly)
      .map(([name, row]) => `${row.attributes[0]?.constant} (${name})`),
  )
  const known = tables.flatMap(({ table }) => knownRows(table))
  expect(rows.length).toBeGreaterThan(50)
  expect(known.length / rows.length).toBeGreaterThan(0.8)
})

const hostile: unknown[] = [
  null, Number.NaN, Number.POSITIVE_INFINITY, -0.5, -1, 2 ** 32, 2 ** 53, -(2n ** 70n), 2n ** 64n, true, '', '\0', '\ud800', 'x'.repeat(70_000), '__proto__', 'toString', Symbol('s'),
  () => 1, {}, { toString: 1 }, { length: -1 }, { encode: 1 }, Object.create(null), [], [null], [[]], [Number.NaN], [Symbol('s')], new Uint8Array(70_000), new Uint8Array(0), new Date(0), new Map(), new Proxy({}, {}),
] // biome-ignore format: a list of values

/** What goes wrong with a value of an option, or `undefined`: it may be taken or refused, but with its path and without a trace. */
function problem(table: AnyTable, option: string, value: unknown): string | undefined {
  const window = new Window(new Writer(true), 64, 1)
  const format = messageFormat(struct('none', {}), table)
  const one = request({ name: 'RTM_X', type: 20 }, format, { header: {}, attributes: { [option]: value } }) as Request
  try {
    window.add({ request: one, doing: () => 'try' })
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) return String(error)
    const implicit = (table.rows as Rows)[option]?.options.implicit === true
    if (!implicit && !error.path.startsWith(option)) return `path '${error.path}'`
    if (window.size !== 0 || window.seal().length !== 0) return 'something would be sent'
  }
  return undefined
}

test('whatever does not fit is refused with its path, and leaves nothing behind', () => {
  const problems = tables.flatMap(({ name, table }) =>
    [...Object.keys(table.rows), 'noSuchOption'].flatMap((option) =>
      hostile.flatMap((value) => {
        const found = problem(table, option, value)
        return found === undefined ? [] : [`${name}: ${option} = ${show(value)}: ${found}`]
      }),
    ),
  )
  expect(problems).toEqual([])
})

test('no two rows of a table have a name or a number in common, but where a claim decides', () => {
  for (const { name, table } of tables) {
    for (const [number, entries] of table.byNumber) {
      const greedy = entries.filter(({ codec, isPart }) => codec.claims === undefined && !isPart)
      expect(greedy.length, `${name}: number ${number}`).toBeLessThanOrEqual(1)
      // Parts of several rows stand beside nothing else.
      expect(new Set(entries.map(({ isPart }) => isPart)).size, `${name}: number ${number}`).toBeLessThanOrEqual(1)
    }
  }
})
