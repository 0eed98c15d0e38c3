import { afterAll, afterEach, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { u8 } from '../../lib/codec/integers.js'
import { attribute, attributes } from '../../lib/codec/table.js'
import { isKernelError } from '../../lib/errors.js'
import type { AnyLinkKind } from '../../lib/link/kind.js'
import { createVxlan, type VxlanOptions, vxlan, vxlanAttributes } from '../../lib/link/kinds/vxlan.js'
import { deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import { changeRaw, rawData } from '../support/links.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'

let namespace: TestNamespace
let where: { netns: string }
beforeAll(async () => {
  namespace = await createTestNamespace([
    'link add e0 index 258 type veth peer name e1',
    'link add e2 index 772 type veth peer name e3',
  ])
  where = { netns: namespace.name }
})
afterEach(async () => {
  for (const { name } of await listLinks({ kind: 'vxlan' }, where)) await deleteLink(name, where)
})
afterAll(() => namespace?.remove())

type Name = keyof typeof vxlanAttributes.rows

interface Row {
  /** The value; and what is read back, where that is something else. */
  readonly value: unknown
  readonly read?: unknown
  /** Where and what `ip -d -j` prints; `'raw'`: iproute2 6.1 has no word for it, so the kernel's bytes are looked at. */
  readonly ip: readonly [path: string, value: unknown] | readonly ['raw', hex: string | undefined]
  /** Another value, for a link that exists. */
  readonly other: unknown
  /** The kernel that has it; on an older one there is nothing to see. */
  readonly since?: string
  /** Options that have to be there as well. */
  readonly beside?: Readonly<Record<string, unknown>>
}

const v6 = { remote: '2001:db8:a:b:c:d:e:f' }
const external = { external: true, id: undefined }

/** Every attribute, with a value that is neither the kernel's own nor mistaken for another. */
const rows: Readonly<Record<Name, Row>> = {
  id: { value: 66051, ip: ['id', 66051], other: 66052 },
  group: {
    value: '239.1.2.3',
    ip: ['group', '239.1.2.3'],
    other: '239.1.2.4',
    beside: { dev: 'e0' },
  },
  remote: { value: '10.4.5.6', ip: ['remote', '10.4.5.6'], other: '10.4.5.7' },
  dev: { value: 'e0', read: 258, ip: ['link', 'e0'], other: 772 },
  local: { value: '10.1.2.3', ip: ['local', '10.1.2.3'], other: '10.1.2.4' },
  ttl: { value: 66, ip: ['ttl', 66], other: 67 },
  // ip prints it in words only, not in JSON.
  ttlInherit: { value: true, ip: ['raw', '01'], other: true },
  tos: { value: 0x12, ip: ['tos', '0x12'], other: 0x14 },
  learning: { value: false, ip: ['learning', false], other: true },
  ageing: { value: 66051, ip: ['ageing', 66051], other: 66052 },
  maxAddress: { value: 258, ip: ['limit', 258], other: 259 },
  srcPort: {
    value: { low: 4660, high: 22136 },
    ip: ['port_range', { low: 4660, high: 22136 }],
    other: { low: 4661, high: 22137 },
  },
  proxy: { value: true, ip: ['proxy', true], other: false },
  rsc: { value: true, ip: ['rsc', true], other: false },
  l2Miss: { value: true, ip: ['l2miss', true], other: false },
  l3Miss: { value: true, ip: ['l3miss', true], other: false },
  dstPort: { value: 4660, ip: ['port', 4660], other: 4661 },
  udpCsum: { value: false, ip: ['udp_csum', false], other: true },
  udp6ZeroCsumTx: { value: true, ip: ['udp_zero_csum6_tx', true], other: false },
  udp6ZeroCsumRx: { value: true, ip: ['udp_zero_csum6_rx', true], other: false },
  remCsumTx: { value: true, ip: ['remcsum_tx', true], other: false },
  remCsumRx: { value: true, ip: ['remcsum_rx', true], other: false },
  gbp: { value: true, ip: ['gbp', true], other: true },
  remCsumNoPartial: { value: true, ip: ['raw', ''], other: true },
  external: { value: true, ip: ['external', true], other: true, beside: { id: undefined } },
  flowLabel: { value: 0x12345, ip: ['label', '0x12345'], other: 0x12346, beside: v6 },
  gpe: { value: true, ip: ['gpe', true], other: true, beside: external },
  df: { value: 'inherit', ip: ['df', 'inherit'], other: 'set' },
  vniFilter: { value: true, ip: ['vnifilter', true], other: true, beside: external },
  localBypass: { since: 'Linux 6.5', value: false, ip: ['raw', '00'], other: true },
  flowLabelPolicy: { since: 'Linux 6.8', value: 'inherit', ip: ['raw', '01000000'], other: 'fixed', beside: v6 },
  // All but the bits of the VNI and the flag that says that there is one, which a packet has.
  reservedBits: {
    since: 'Linux 6.14',
    value: 0x0102_0304_0000_0056n,
    ip: ['raw', '0102030400000056'],
    other: 0x0102_0304_0000_0057n,
  },
  // Taken, and not told by vxlan_fill_info: see the test of its own.
  mcRoute: { since: 'Linux 6.17', value: true, ip: ['raw', undefined], other: true },
}

const names = Object.keys(rows) as Name[]
/** What a reply tells of a value: of `mcRoute` nothing. */
const told = (name: Name, value: unknown) => (name === 'mcRoute' ? {} : { [name]: value })
const numberOf = (name: Name) => vxlanAttributes.rows[name].attributes[0]?.number as number
const isFixed = (name: Name) => (vxlanAttributes.rows[name].options as { changeable?: false }).changeable === false

function optionsFor(name: Name): VxlanOptions {
  const { value, beside } = rows[name]
  return { name: 'vx', id: 66050, ...beside, [name]: value } as never
}

/** Sends 2 where the kernel's own policy knows 0 and 1. */
async function changeMcRouteTo2(): Promise<void> {
  const { index } = await createVxlan({ name: 'plain', id: 1 }, where)
  const number = attributes({ mcRoute: attribute('IFLA_VXLAN_MC_ROUTE', numberOf('mcRoute'), u8()) })
  await changeRaw(index, { ...vxlan, attributes: number }, { mcRoute: 2 }, where).finally(() =>
    deleteLink(index, where),
  )
}

async function isKnown(name: Name): Promise<boolean> {
  if (name === 'mcRoute')
    return changeMcRouteTo2().then(
      () => false,
      () => true,
    )
  const { index } = await createVxlan({ name: 'plain', id: 1 }, where)
  const raw = await rawData('plain', where)
  await deleteLink(index, where)
  return raw.has(numberOf(name))
}

async function skipWhereUnknown(name: Name, context: TestContext): Promise<void> {
  const { since } = rows[name]
  if (since !== undefined && !(await isKnown(name))) context.skip(`no ${name} in this kernel: it is of ${since}`)
}

describe('each attribute, set and read back', () => {
  test('there is a row for every attribute of the table', () => {
    expect(names.sort()).toEqual(Object.keys(vxlanAttributes.rows).sort())
  })

  test.for(names)('%s', async (name, context) => {
    await skipWhereUnknown(name, context)
    const made = await createVxlan(optionsFor(name), where)
    const [path, printed] = rows[name].ip
    const [{ linkinfo }] = (await namespace.show('link show dev vx')) as [{ linkinfo: Record<string, unknown> }]
    expect(linkinfo.info_kind).toBe('vxlan')
    const raw = await rawData('vx', where)
    if (path === 'raw') expect(raw.get(numberOf(name))).toBe(printed)
    else expect((linkinfo.info_data as Record<string, unknown>)[path]).toEqual(printed)
    const link = await getLink('vx', where)
    const { value, read = value } = rows[name]
    expect(link).toMatchObject({ kind: 'vxlan', data: told(name, read) })
    expect(made).toEqual(link)
    expect((link as typeof made).data).not.toHaveProperty('unknown')
  })

  test('IPv6 addresses have attributes of their own', async () => {
    const addresses = { local: '2001:db8:1:2:3:4:5:6', remote: '2001:db8:a:b:c:d:e:f' }
    const { data } = await createVxlan({ name: 'vx', id: 1, ...addresses }, where)
    expect(data).toMatchObject(addresses)
    const [{ linkinfo }] = (await namespace.show('link show dev vx')) as [{ linkinfo: { info_data: object } }]
    expect(linkinfo.info_data).toMatchObject({ local6: addresses.local, remote6: addresses.remote })
    await deleteLink('vx', where)
    const group = { group: 'ff0e::102:304', dev: 'e0' }
    const other = await createVxlan({ name: 'vx', id: 1, ...group }, where)
    expect(other.data).toMatchObject({ group: group.group, dev: 258 })
    expect(other.data).not.toHaveProperty('remote')
    const [shown] = (await namespace.show('link show dev vx')) as [{ linkinfo: { info_data: object } }]
    expect(shown.linkinfo.info_data).toMatchObject({ group6: group.group })
  })

  test('mcRoute is known to the kernel, though it does not tell it', async (context) => {
    await skipWhereUnknown('mcRoute', context)
    await expect(changeMcRouteTo2()).rejects.toMatchObject({ code: 'ERANGE', policy: { type: 'u8', max: 1n } })
  })

  test('a flag that is false is one that is not there', async () => {
    const off = { gbp: false, remCsumNoPartial: false, ttlInherit: false, gpe: false }
    const { data } = await createVxlan({ name: 'vx', id: 1, ...off }, where)
    expect(data).not.toHaveProperty('gpe')
    expect(data).toMatchObject({ ttlInherit: false })
    const raw = await rawData('vx', where)
    expect([numberOf('gbp'), numberOf('remCsumNoPartial'), numberOf('gpe')].filter((one) => raw.has(one))).toEqual([])
  })
})

describe('what can be changed in a link that exists', () => {
  const bare = (name: Name): VxlanOptions => {
    const beside = Object.entries(rows[name].beside ?? {}).filter(([other]) => other !== name && other !== 'id')
    return { name: 'vx', id: rows[name].beside?.external ? undefined : 66050, ...Object.fromEntries(beside) } as never
  }

  test.for(names.filter(isFixed))('the kernel refuses %s', async (name, context) => {
    await skipWhereUnknown(name, context)
    const { index } = await createVxlan(bare(name), where)
    const before = await rawData('vx', where)
    const change = changeRaw(index, vxlan as AnyLinkKind, { [name]: rows[name].other }, where)
    await expect(change).rejects.toSatisfy((error) => isKernelError(error))
    expect(await rawData('vx', where)).toEqual(before)
  })

  test.for(names.filter((name) => !isFixed(name)))('%s', async (name, context) => {
    await skipWhereUnknown(name, context)
    const { data: before } = await createVxlan({ ttl: 9, ageing: 77, ...optionsFor(name) } as VxlanOptions, where)
    const link = await updateLink('vx', { data: { [name]: rows[name].other } }, where)
    // And the others are as they were.
    expect(link).toMatchObject({ kind: 'vxlan', data: { ...before, ...told(name, rows[name].other) } })
  })
})
