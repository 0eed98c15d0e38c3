/** Addresses: what we ask for is what `ip` shows, and the verbs mean what they say. */
import { describe, expect, test } from 'vitest'
import { addAddress, deleteAddress, listAddresses, replaceAddress } from '../../lib/address/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { type TestNamespace, testNamespace } from '../support/namespace.js'

const stage = () => testNamespace(['link add va type veth peer name vb', 'link set va up', 'link set vb up'])

/** What `ip` shows of one address. */
async function shown(netns: TestNamespace, local: string) {
  const [link] = await netns.show('address show dev va')
  return link.addr_info.find((address: { local: string }) => address.local === local)
}

/** What we list of one address. */
async function listed(netns: TestNamespace, address: string) {
  return (await listAddresses({ dev: 'va' }, { netns: netns.name })).find((one) => one.address === address)
}

describe('addAddress', () => {
  test('with every IPv4 option', async () => {
    const netns = await stage()
    const options = {
      dev: 'va',
      address: '10.1.2.3/24',
      broadcast: '10.1.2.77',
      label: 'va:lab',
      scope: 'site',
      validLft: 7001,
      preferredLft: 5003,
      metric: 0x010203,
      prefixRoute: false,
    } as const
    await addAddress(options, { netns: netns.name })
    expect(await shown(netns, '10.1.2.3')).toMatchObject({
      family: 'inet',
      prefixlen: 24,
      broadcast: '10.1.2.77',
      label: 'va:lab',
      scope: 'site',
      noprefixroute: true,
      metric: 0x010203,
      valid_life_time: expect.toSatisfy((seconds: number) => seconds > 6900 && seconds <= 7001),
      preferred_life_time: expect.toSatisfy((seconds: number) => seconds > 4900 && seconds <= 5003),
    })
    const own = await listed(netns, '10.1.2.3/24')
    expect(own).toMatchObject({
      family: 'inet',
      broadcast: '10.1.2.77',
      label: 'va:lab',
      scope: 'site',
      metric: 0x010203,
      flags: ['noPrefixRoute'],
    })
    expect(own?.unknown).toBeUndefined()
  })

  // iproute2 6.1 knows no word for it.
  test('proto', async (context) => {
    const netns = await stage()
    for (const address of ['10.1.2.3/24', 'fd00:1:2::3/64']) {
      await addAddress({ dev: 'va', address, proto: 99 }, { netns: netns.name })
      const own = await listed(netns, address)
      context.skip(own?.proto === undefined, 'this kernel has no proto of addresses (Linux 5.18)')
      expect(own?.proto).toBe(99)
    }
  })

  test('with every IPv6 option', async () => {
    const netns = await stage()
    const address = 'fd00:1:2::3/64'
    const switches = { dad: false, home: true, mngTmpAddr: true, prefixRoute: false }
    await addAddress(
      { dev: 'va', address, ...switches, metric: 777, validLft: 7001, preferredLft: 5003 },
      { netns: netns.name },
    )
    expect(await shown(netns, 'fd00:1:2::3')).toMatchObject({
      prefixlen: 64,
      nodad: true,
      home: true,
      mngtmpaddr: true,
      noprefixroute: true,
      metric: 777,
    })
    expect(await listed(netns, address)).toMatchObject({
      flags: expect.arrayContaining(['noDad', 'home', 'manageTempAddress', 'noPrefixRoute']),
      metric: 777,
    })
  })

  test('with a peer, of either family', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    await addAddress({ dev: 'va', address: '10.1.2.3', peer: '10.9.8.7/30' }, where)
    await addAddress({ dev: 'va', address: 'fd00::1', peer: 'fd00::2/127', dad: false }, where)
    expect(await shown(netns, '10.1.2.3')).toMatchObject({ address: '10.9.8.7', prefixlen: 30 })
    expect(await shown(netns, 'fd00::1')).toMatchObject({ address: 'fd00::2', prefixlen: 127 })
    expect(await listed(netns, '10.1.2.3/30')).toMatchObject({ peer: '10.9.8.7/30' })
    expect(await listed(netns, 'fd00::1/127')).toMatchObject({ peer: 'fd00::2/127' })
  })

  test('joins the group of a multicast address', async () => {
    const netns = await stage()
    await addAddress({ dev: 'va', address: '239.1.2.3/32', autoJoin: true }, { netns: netns.name })
    const [groups] = await netns.show('maddress show dev va')
    expect(groups.maddr).toContainEqual(expect.objectContaining({ address: '239.1.2.3' }))
  })

  test('fails where the address is there, and changes nothing', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    for (const address of ['10.1.2.3/24', 'fd00::1/64']) {
      await addAddress({ dev: 'va', address, metric: 5 }, where)
      await expect(addAddress({ dev: 'va', address, metric: 6 }, where)).rejects.toMatchObject({
        name: 'KernelError',
        code: 'EEXIST',
        applied: false,
        request: 'RTM_NEWADDR',
      })
      expect(await listed(netns, address)).toMatchObject({ metric: 5 })
    }
  })
})

test('replaceAddress makes an address, and changes the one that is there', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  for (const address of ['10.1.2.3/24', 'fd00::1/64']) {
    await replaceAddress({ dev: 'va', address, metric: 5 }, where)
    await replaceAddress({ dev: 'va', address, metric: 6, validLft: 7001 }, where)
    const local = address.slice(0, address.indexOf('/'))
    expect(await shown(netns, local)).toMatchObject({ metric: 6 })
    expect((await listed(netns, address))?.validLft).toBeLessThanOrEqual(7001)
  }
})

describe('deleteAddress', () => {
  test('takes what was listed, and fails where there is nothing', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    await addAddress({ dev: 'va', address: '10.1.2.3/24' }, where)
    await addAddress({ dev: 'va', address: '10.1.2.4', peer: '10.9.8.7/30' }, where)
    const ours = (await listAddresses({ dev: 'va', family: 'inet' }, where)).filter(({ scope }) => scope === 'global')
    expect(ours).toHaveLength(2)
    for (const address of ours) await deleteAddress(address, where)
    expect(await listAddresses({ dev: 'va', family: 'inet' }, where)).toEqual([])
    await expect(deleteAddress({ dev: 'va', address: '10.1.2.3/24' }, where)).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
      applied: false,
    })
  })

  test('goes by the prefix length too', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    await addAddress({ dev: 'va', address: '10.1.2.3/24' }, where)
    await expect(deleteAddress({ dev: 'va', address: '10.1.2.3/25' }, where)).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    })
    await expect(deleteAddress({ dev: 'va', address: '10.1.2.3' }, where)).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    })
    expect(await listed(netns, '10.1.2.3/24')).toBeDefined()
  })
})

test('listAddresses filters by link and family, and agrees with ip', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  await batch(
    Array.from({ length: 300 }, (_, i) => addAddress.op({ dev: 'va', address: `10.7.${i >> 8}.${i & 255}/32` })),
    where,
  )
  await addAddress({ dev: 'vb', address: '10.8.0.1/24' }, where)
  const printed = (await netns.show('address show')).flatMap(({ ifindex, addr_info }) =>
    addr_info.map(({ local, prefixlen }: { local: string; prefixlen: number }) => `${ifindex} ${local}/${prefixlen}`),
  )
  const all = await listAddresses({}, where)
  expect(all.map(({ dev, address }) => `${dev} ${address}`).sort()).toEqual(printed.sort())
  expect(await listAddresses({ dev: 'va', family: 'inet' }, where)).toHaveLength(300)
  expect((await listAddresses({ dev: 'vb', family: 'inet' }, where)).map(({ address }) => address)).toEqual([
    '10.8.0.1/24',
  ])
  expect((await listAddresses({ family: 'inet6' }, where)).every(({ family }) => family === 'inet6')).toBe(true)
})

test.each([
  [{ dev: 'va', address: '10.1.2.3/33' }, 'address'],
  [{ dev: 'va', address: '010.1.2.3/24' }, 'address'],
  [{ dev: 'va', address: 'fd00::1%va/64' }, 'address'],
  [{ dev: 'va', address: '10.1.2.3/24', peer: 'fd00::1/64' }, 'peer'],
  [{ dev: 'va', address: '10.1.2.3/24', scope: 'galaxy' }, 'scope'],
  [{ dev: 'va', address: '10.1.2.3/24', metric: 2 ** 32 }, 'metric'],
  [{ dev: 'va', address: '10.1.2.3/24', dad: 'no' }, 'dad'],
  [{ dev: 'va', address: '10.1.2.3/24', label: 'a label that is too long' }, 'label'],
  [{ dev: 'va', address: '10.1.2.3/24', colour: 'red' }, 'colour'],
  [{ address: '10.1.2.3/24' }, 'dev'],
  [{ dev: 'va' }, 'address'],
])('%o is refused for its %s before anything is sent', async (options, path) => {
  const netns = await stage()
  await expect(addAddress(options as never, { netns: netns.name })).rejects.toMatchObject({
    name: 'InvalidArgumentError',
    path,
    applied: false,
  })
  expect(await listAddresses({ family: 'inet' }, { netns: netns.name })).toEqual([])
})
