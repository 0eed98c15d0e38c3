/**
 * Proves the attributes of a kind of port against the kernel, a row each: what is asked for is what `ip -d -j` shows and what
 * we read back, and the others stay as they were.
 */
import { afterEach, describe, expect, type TestContext, test } from 'vitest'
import type { AnyTable, Infer, RowOptions, Rows } from '../../lib/codec/table.js'
import { isKernelError } from '../../lib/errors.js'
import type { Link } from '../../lib/link/kinds/index.js'
import { createVeth } from '../../lib/link/kinds/veth.js'
import type { LinkBase } from '../../lib/link/link.js'
import { deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import type { PortKind } from '../../lib/link/ports/port.js'
import { updateLink } from '../../lib/link/update.js'
import type { Verb } from '../../lib/netlink/verb.js'
import type { Where } from '../../lib/netlink/where.js'
import { hasKind, requireKinds } from './kernel-has.js'
import { rawPortData } from './links.js'
import { fileNamespace } from './namespace.js'

type Options = Readonly<Record<string, unknown>>

/** One attribute, as in `KindRow`. */
export interface PortRow {
  readonly value: unknown
  readonly read?: unknown
  /** Where below `linkinfo.info_slave_data` and what `ip -d -j` prints; `'raw'`: the kernel's bytes. */
  readonly ip: readonly [path: string, printed: unknown] | readonly ['raw', hex: string | undefined]
  readonly other: unknown
  /** Further options of the port that this one needs. */
  readonly beside?: Options
  /** Options of the master that this one needs. */
  readonly master?: Options
  /** Attributes that a change of this one changes with it. */
  readonly follows?: readonly string[]
  readonly since?: string
  /** Done before: `ready` is the port that will be changed. */
  readonly prepare?: (where: Where, ready: string) => Promise<void>
}

export interface PortCases<T extends AnyTable> {
  readonly port: PortKind<string, T>
  // biome-ignore lint/suspicious/noExplicitAny: whatever options the kind takes
  readonly createMaster: Verb<[options: any], LinkBase & { readonly kind: string }>
  readonly rows: Readonly<Record<keyof Infer<T> & string, PortRow>>
}

export const MASTER = 'kx'

/** Where the live tests of ports run: `pa` and `qa` are veths with the peers `pb` and `qb`, made anew for each test. */
export function portStage(kind: string) {
  const namespace = fileNamespace([], () => hasKind(kind))
  const { where } = namespace
  afterEach(async () => {
    if (!(await hasKind(kind))) return
    const names = (await listLinks({}, where)).map(({ name }) => name)
    for (const name of ['pa', 'qa', MASTER]) if (names.includes(name)) await deleteLink(name, where)
  })
  return async (context: TestContext) => {
    await requireKinds(context, kind)
    await createVeth({ name: 'pa', index: 772, peer: { name: 'pb', index: 1029 } }, where)
    await createVeth({ name: 'qa', index: 1286, peer: { name: 'qb', index: 1543 } }, where)
    return { namespace, where }
  }
}

/** Without what changes by itself. */
function dataOf(link: Link): Record<string, unknown> {
  const { forwardDelayTimer: _1, messageAgeTimer: _2, holdTimer: _3, ...data } = (link.port?.data ?? {}) as Options
  const { mcastGroupCount: _4, mcastEhtHostsCount: _5, ...steady } = data
  return steady
}

export function testPort<T extends AnyTable>({ port, createMaster, rows }: PortCases<T>): void {
  const on = portStage(port.kind)
  const all = port.attributes.rows as Rows
  const names = Object.keys(rows) as (keyof typeof rows)[]
  const told = (name: keyof typeof rows, value: unknown): Options => {
    const read = 'read' in rows[name] ? rows[name].read : value
    return read === undefined || read === null ? {} : { [name]: read }
  }

  test(`port of a ${port.kind}: there is a row for every attribute that can be written`, () => {
    const optionsOf = (name: string): RowOptions => all[name]?.options ?? {}
    const writable = Object.keys(all).filter((name) => optionsOf(name).readOnly !== true)
    expect([...names].sort()).toEqual(writable.sort())
  })

  describe(`port of a ${port.kind}: each attribute, changed and read back, twice`, () => {
    test.for(names)('%s', async (name, context) => {
      const { namespace, where } = await on(context)
      const { value, other, ip, beside, master, follows = [], since, prepare }: PortRow = rows[name]
      const skip = () => context.skip(`this kernel has no ${name} of ports of a ${port.kind} (${since})`)
      await createMaster({ name: MASTER, ...master }, where)
      await updateLink('pa', { master: MASTER }, where)
      await updateLink('qa', { master: MASTER }, where)
      await prepare?.(where, 'pa')
      const before = dataOf(await getLink('pa', where))
      const change = updateLink('pa', { port: { ...beside, [name]: value } } as never, where)
      const after = await change.catch((error: unknown) => {
        if (since !== undefined && isKernelError(error)) skip()
        throw error
      })
      const number = all[name]?.attributes[0]?.number ?? -1
      const raw = await rawPortData('pa', where)
      if (since !== undefined && !raw.has(number)) skip()
      const [path, printed] = ip
      const [{ linkinfo }] = (await namespace.show('link show dev pa')) as [{ linkinfo: Record<string, unknown> }]
      expect(linkinfo.info_slave_kind).toBe(port.kind)
      if (path === 'raw') expect(raw.get(number)).toBe(printed)
      else expect((linkinfo.info_slave_data as Options)[path]).toEqual(printed)
      const steady = Object.fromEntries(
        Object.entries(before).filter(([one]) => one !== name && !follows.includes(one)),
      )
      const expected = { ...steady, ...beside, ...told(name, value) }
      expect(after).toMatchObject({ port: { kind: port.kind, data: expected } })
      expect(dataOf(after)).not.toHaveProperty('unknown')
      expect(dataOf(await getLink('pa', where))).toEqual(dataOf(after))
      const again = await updateLink('pa', { port: { [name]: other } } as never, where)
      expect(again).toMatchObject({ port: { data: { ...steady, ...beside, ...told(name, other) } } })
    })
  })
}
