/** Listing, looking up and flushing addresses, also those of another namespace; and the groups that links listen to. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AddressFilter } from '../../lib/address/filter.js'
import { getAddress } from '../../lib/address/get.js'
import { listAnycastAddresses, listMulticastAddresses } from '../../lib/address/groups.js'
import { flushAddresses, listAddresses } from '../../lib/address/list.js'
import { addAddress } from '../../lib/address/operations.js'
import { isKernelError } from '../../lib/errors.js'
import { writeSysctl } from '../../lib/netns/sysctl.js'
import { createTestNamespace, type TestNamespace, testNamespace, upWithoutAddress } from '../support/namespace.js'
import { run } from '../support/programs.js'

const links = [
  'link add va index 258 type veth peer name vb index 772',
  ...upWithoutAddress('va'),
  'link set vb addrgenmode none',
]

let ns: TestNamespace
let where: { netns: string }
beforeAll(async () => {
  ns = await createTestNamespace([
    ...links,
    'address add 10.1.2.3/24 dev va',
    'address add 10.1.2.4/24 dev va label va:b',
    'address add 10.3.0.1/32 dev va scope link',
    'address add 10.4.0.1 peer 10.4.0.9/31 dev va label va:c',
    'address add 10.5.0.1/24 dev va valid_lft 60000 preferred_lft 0',
    'address add fd00:1::3/64 dev va nodad',
    'address add fd00:1::4/64 dev va nodad home',
    'address add fd00:2::3/64 dev va nodad noprefixroute valid_lft 60001 preferred_lft 50001',
    // The check waits for the link to be up.
    'address add fd00:9::1/64 dev vb',
    'address add 10.9.0.1/24 dev vb',
  ])
  where = { netns: ns.name }
})
afterAll(() => ns.remove())

const ours = async (filter: AddressFilter) => (await listAddresses(filter, where)).map(({ address }) => address).sort()

interface PrintedLink {
  readonly addr_info: readonly { readonly local?: string; readonly prefixlen: number }[]
}
/** ip leaves an empty object where it passes over an address. */
const addressesOf = (printed: readonly PrintedLink[]) =>
  printed.flatMap(({ addr_info }) =>
    addr_info.flatMap(({ local, prefixlen }) => (local === undefined ? [] : [`${local}/${prefixlen}`])),
  )
const theirs = async (words: string) => addressesOf(await ns.show(`address show ${words}`)).sort()

test.each<[string, AddressFilter, number]>([
  ['', {}, 10],
  ['dev va', { dev: 'va' }, 8],
  ['scope link', { scope: 'link' }, 1],
  ['dev va label va:*', { dev: 'va', label: 'va:*' }, 2],
  ['to 10.1.2.0/24', { to: '10.1.2.0/24' }, 2],
  ['to fd00::/15', { to: 'fd00::/15' }, 4],
  ['dynamic', { dynamic: true }, 2],
  ['-dynamic dev va', { dynamic: false, dev: 258 }, 6],
  ['secondary', { secondary: true }, 1],
  ['primary dev va', { primary: true, dev: 'va' }, 7],
  ['deprecated', { deprecated: true }, 1],
  ['tentative', { tentative: true }, 1],
  ['-tentative permanent', { tentative: false, permanent: true }, 7],
  ['home', { home: true }, 1],
  ['nodad', { dad: false }, 3],
  ['noprefixroute', { prefixRoute: false }, 1],
  ['mngtmpaddr', { mngTmpAddr: true }, 0],
])('address show %s', async (words, filter, count) => {
  const found = await ours(filter)
  expect(found).toEqual(await theirs(words))
  expect(found).toHaveLength(count)
})

describe('getAddress', () => {
  test('finds one of either family, with and without prefix length', async () => {
    expect(await getAddress({ dev: 'va', address: '10.1.2.4' }, where)).toMatchObject({
      dev: 258,
      address: '10.1.2.4/24',
      label: 'va:b',
      flags: ['secondary', 'permanent'],
    })
    expect(await getAddress({ dev: 258, address: '10.4.0.1', peer: '10.4.0.9/31' }, where)).toMatchObject({
      peer: '10.4.0.9/31',
    })
    const six = await getAddress({ dev: 'va', address: 'fd00:2::3/64' }, where)
    expect(six).toMatchObject({ dev: 258, family: 'inet6', flags: ['noDad', 'noPrefixRoute'], scope: 'global' })
    const [listed] = await listAddresses({ to: 'fd00:2::3' }, where)
    expect(listed).toMatchObject({ created: six.created, updated: six.updated })
    expect(getAddress.sync({ dev: 'va', address: 'fd00:2::3' }, where)).toMatchObject({ created: six.created })
  })

  test('times are seconds since boot', async () => {
    const [first, last] = [
      await getAddress({ dev: 'va', address: '10.1.2.3' }, where),
      await getAddress({ dev: 'vb', address: '10.9.0.1' }, where),
    ]
    const [uptime] = (await run(['cat', '/proc/uptime'])).stdout.split(' ')
    expect(first.created).toBeGreaterThan(0)
    expect(last.created).toBeGreaterThanOrEqual(first.created as number)
    expect(last.created).toBeLessThanOrEqual(Number(uptime))
  })

  test('fails where the link has none', async () => {
    const none = { code: 'EADDRNOTAVAIL', applied: false }
    await expect(getAddress({ dev: 'va', address: '10.1.2.3/25' }, where)).rejects.toMatchObject(none)
    await expect(getAddress({ dev: 'vb', address: '10.1.2.3' }, where)).rejects.toMatchObject(none)
    await expect(getAddress({ dev: 'vb', address: 'fd00:1::3' }, where)).rejects.toMatchObject(none)
    await expect(getAddress({ dev: 'va', address: 'fd00:1::3/65' }, where)).rejects.toMatchObject(none)
    // The kernel looks on all links where there is none of this index.
    await expect(getAddress({ dev: 4242, address: 'fd00:1::3' }, where)).rejects.toMatchObject(none)
    await expect(getAddress({ dev: 'nope', address: 'fd00:1::3' }, where)).rejects.toMatchObject({ code: 'ENODEV' })
  })
})

test('by the id of their namespace', async () => {
  const other = await testNamespace([`netns set ${ns.name} 4660`])
  const there = { netns: other.name }
  const all = await listAddresses({ targetNetnsid: 4660 }, there)
  expect(all).toEqual((await listAddresses({}, where)).map((one) => ({ ...one, targetNetnsid: 4660 })))
  const some = await listAddresses({ dev: 'vb', family: 'inet6', targetNetnsid: 4660 }, there)
  expect(some.map(({ address }) => address)).toEqual(['fd00:9::1/64'])
  for (const address of ['fd00:1::3', '10.1.2.3'])
    expect(await getAddress({ dev: 'va', address, targetNetnsid: 4660 }, there)).toMatchObject({ dev: 258 })
  const six = await listMulticastAddresses({ dev: 'va', family: 'inet6', targetNetnsid: 4660 }, there)
  expect(six.map(({ address }) => address)).toContain('ff02::1')
  expect(six.every(({ targetNetnsid }) => targetNetnsid === 4660)).toBe(true)
  await expect(listAddresses({ targetNetnsid: 5 }, there)).rejects.toThrow(/target network namespace id/)
})

describe('flushAddresses', () => {
  const flushing = async (...more: readonly string[]) => {
    const own = await testNamespace([...links, ...more])
    const left = async () => addressesOf(await own.show('address show')).map((address) => address.split('/')[0])
    return { left, flush: (filter: AddressFilter) => flushAddresses(filter, { netns: own.name }), name: own.name }
  }
  const addresses = [
    'address add 10.1.2.3/24 dev va label va:x',
    'address add 10.1.2.4/24 dev va label va:y',
    'address add 10.1.2.5/24 dev va label va:y',
    'address add 10.4.0.1 peer 10.4.0.9/31 dev va label va:z',
    'address add fd00:1::3/64 dev va nodad',
    'address add 10.9.0.1/24 dev vb',
  ]
  const names = (gone: readonly { readonly address: string }[]) => gone.map(({ address }) => address.split('/')[0])

  test('takes what matches, and those that go with their primary are among them', async () => {
    const { left, flush } = await flushing(...addresses)
    expect(names(await flush({ label: 'va:y' }))).toEqual(['10.1.2.4', '10.1.2.5'])
    expect((await left()).sort()).toEqual(['10.1.2.3', '10.4.0.1', '10.9.0.1', 'fd00:1::3'])
    expect(names(await flush({ dev: 'va' })).sort()).toEqual(['10.1.2.3', '10.4.0.1', 'fd00:1::3'])
    expect(await left()).toEqual(['10.9.0.1'])
    expect(await flush({ dev: 'va' })).toEqual([])
  })

  test('secondary ones go along with their primary', async () => {
    const { left, flush } = await flushing(...addresses)
    const gone = names(await flush({ dev: 'va', family: 'inet' }))
    expect(gone.sort()).toEqual(['10.1.2.3', '10.1.2.4', '10.1.2.5', '10.4.0.1'])
    expect((await left()).sort()).toEqual(['10.9.0.1', 'fd00:1::3'])
  })

  test('or stay, where the sysctl says so', async () => {
    const { left, flush, name } = await flushing(...addresses)
    await writeSysctl('net.ipv4.conf.va.promote_secondaries', 1, { netns: name })
    expect(names(await flush({ label: 'va:x' }))).toEqual(['10.1.2.3'])
    expect(await left()).toContain('10.1.2.4')
    expect(names(await flush({ to: '10.1.0.0/16' }))).toEqual(['10.1.2.4', '10.1.2.5'])
    expect((await left()).sort()).toEqual(['10.4.0.1', '10.9.0.1', 'fd00:1::3'])
  })

  test('many, and none without a filter', async () => {
    const { left, flush, name } = await flushing()
    const where = { netns: name }
    const all = Array.from({ length: 700 }, (_, i) => `fd00:7::${(i + 1).toString(16)}/128`)
    await Promise.all(all.map((address) => addAddress({ dev: 'va', address, dad: false }, where)))
    await expect(flush({})).rejects.toMatchObject({ name: 'InvalidArgumentError' })
    expect((await left()).length).toBe(700)
    expect(flushAddresses.sync({ to: 'fd00:7::/16' }, where)).toHaveLength(700)
    expect(await left()).toEqual([])
  })
})

describe('what links listen to', () => {
  const stage = () =>
    testNamespace([...links, 'address add 10.1.2.3/24 dev va', 'address add fd00:1::3/64 dev va nodad'])
  interface Groups {
    readonly ifindex: number
    readonly maddr: readonly { readonly family?: string; readonly address?: string }[]
  }

  test.each(['inet', 'inet6'] as const)('multicast groups of %s', async (family) => {
    const own = await stage()
    const there = { netns: own.name }
    const group = family === 'inet' ? '239.1.2.3' : 'ff0e::102:304'
    const address = `${group}/${family === 'inet' ? 32 : 128}`
    await addAddress({ dev: 'va', address, autoJoin: true }, there)
    const found = await listMulticastAddresses({ family }, there).catch((error) => {
      if (family !== 'inet' || !isKernelError(error, 'EOPNOTSUPP')) throw error
      expect(error.message).toMatch(/Linux 6\.15 is the first/)
    })
    if (found === undefined) return expect(await listMulticastAddresses({ dev: 'va' }, there)).not.toEqual([])
    const printed = (await own.show(`maddress show`)) as readonly Groups[]
    const expected = printed.flatMap(({ ifindex, maddr }) =>
      maddr.flatMap((one) => (one.family === family ? [`${ifindex} ${one.address}`] : [])),
    )
    expect(found.map(({ dev, address }) => `${dev} ${address}`).sort()).toEqual(expected.sort())
    const one = found.find(({ address }) => address === group)
    expect(one).toMatchObject({ dev: 258, family })
    expect(one?.updated).toBeGreaterThanOrEqual(one?.created as number)
    expect((await listMulticastAddresses({ dev: 'va', family }, there)).every(({ dev }) => dev === 258)).toBe(true)
    expect((await listMulticastAddresses({ dev: 'va' }, there)).map(({ address }) => address)).toContain(group)
  })

  test('anycast addresses', async () => {
    const own = await stage()
    const there = { netns: own.name }
    // The address of the subnet's routers (RFC 4291).
    await writeSysctl('net.ipv6.conf.va.forwarding', 1, there)
    const { stdout: line } = await run(['ip', 'netns', 'exec', own.name, 'cat', '/proc/net/anycast6'])
    expect(line).toMatch(/^258 +va +fd000001000000000000000000000000 /)
    const found = await listAnycastAddresses({ dev: 'va' }, there)
    expect(found).toEqual([
      {
        dev: 258,
        family: 'inet6',
        address: 'fd00:1::',
        scope: 'global',
        created: found[0]?.created,
        updated: found[0]?.updated,
      },
    ])
    expect(await listAnycastAddresses({ dev: 'vb' }, there)).toEqual([])
    expect((await listAnycastAddresses(undefined, there)).map(({ address }) => address)).toEqual(['fd00:1::'])
  })
})
