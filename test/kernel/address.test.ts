/** Addresses: what we ask for is what `ip` shows, and the verbs mean what they say. */
import { describe, expect, test } from 'vitest'
import { getAddress } from '../../lib/address/get.js'
import { listAddresses } from '../../lib/address/list.js'
import { addAddress, deleteAddress, replaceAddress } from '../../lib/address/operations.js'
import { isKernelError, SystemCallError } from '../../lib/errors.js'
import { writeSysctl } from '../../lib/netns/sysctl.js'
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

describe('optimistic', () => {
  const address = 'fd00:1::9/64'
  const add = (netns: TestNamespace) =>
    addAddress({ dev: 'va', address, optimistic: true }, { netns: netns.name }).catch((error) => error)

  test('is had where the sysctl allows it', async (context) => {
    const netns = await stage()
    const where = { netns: netns.name }
    await writeSysctl('net.ipv6.conf.va.optimistic_dad', 1, where).catch((error) => {
      if (error instanceof SystemCallError && error.code === 'ENOENT')
        context.skip('this kernel has no optimistic addresses (CONFIG_IPV6_OPTIMISTIC_DAD)')
      throw error
    })
    expect(await add(netns)).toBeUndefined()
    const { flags } = await getAddress({ dev: 'va', address }, where)
    // The check may have ended by now.
    expect(flags.includes('optimistic')).toBe(flags.includes('tentative'))
  })

  test('is said to be missing where it does not', async () => {
    const netns = await stage()
    const error = await add(netns)
    const { flags } = await getAddress({ dev: 'va', address }, { netns: netns.name })
    expect(flags).not.toContain('optimistic')
    // Where the check had ended by then, there was nothing to be missed.
    if (error === undefined) expect(flags).not.toContain('tentative')
    else expect(error).toMatchObject({ code: 'EOPNOTSUPP', applied: 'partly' })
  })
})

describe('replaceAddress', () => {
  test('makes an address, and changes the one that is there', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    for (const address of ['10.1.2.3/24', 'fd00::1/64']) {
      await replaceAddress({ dev: 'va', address, metric: 5 }, where)
      await replaceAddress({ dev: 'va', address, metric: 6, validLft: 7001 }, where)
      expect((await listed(netns, address))?.validLft).toBeLessThanOrEqual(7001)
    }
    const flags = { prefixRoute: false, home: true, dad: false }
    await replaceAddress({ dev: 'va', address: 'fd00::1/64', metric: 7, ...flags }, where)
    expect(await shown(netns, '10.1.2.3')).toMatchObject({ metric: 6, dynamic: true })
    expect(await shown(netns, 'fd00::1')).toMatchObject({ metric: 7, noprefixroute: true, home: true, nodad: true })
  })

  test('fails where the kernel would say yes and change nothing', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    const v4 = { dev: 'va', address: '10.1.2.3/24', label: 'va:one' }
    await addAddress(v4, where)
    await addAddress({ dev: 'va', address: 'fd00::1/64', dad: false }, where)
    const before = await listAddresses({ dev: 'va', label: 'va:*' }, where)
    for (const change of [
      { label: 'va:two' },
      { scope: 'link' as const },
      { broadcast: '10.1.2.9' },
      { prefixRoute: false },
    ])
      await expect(replaceAddress({ ...v4, ...change }, where)).rejects.toMatchObject({
        code: 'EEXIST',
        applied: false,
      })
    expect(await listAddresses({ dev: 'va', label: 'va:*' }, where)).toEqual(before)
    const longer = replaceAddress({ dev: 'va', address: 'fd00::1/80' }, where)
    await expect(longer).rejects.toThrow(/it is there with prefix length 64/)
    // What the library spares its callers: the kernel's own answer.
    await netns.ip('address replace 10.1.2.3/24 dev va label va:two scope link noprefixroute')
    await netns.ip('address replace fd00::1/80 dev va')
    expect(await shown(netns, '10.1.2.3')).toMatchObject({ label: 'va:one', scope: 'global' })
    expect(await shown(netns, 'fd00::1')).toMatchObject({ prefixlen: 64 })
  })
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

test('temporary addresses go with the one that they were made from, where that is said', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  await writeSysctl('net.ipv6.conf.va.use_tempaddr', 2, where)
  const temporary = async () => (await listAddresses({ dev: 'va', temporary: true }, where)).length
  const options = { dev: 'va', address: 'fd00:5::1/64', dad: false, mngTmpAddr: true }
  await addAddress(options, where)
  expect(await temporary()).toBe(1)
  await deleteAddress({ dev: 'va', address: options.address, mngTmpAddr: true }, where)
  expect(await temporary()).toBe(0)
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

test('what is refused leaves nothing behind', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  const refused = [
    { dev: 'va', address: '010.1.2.3/24' },
    { dev: 'va', address: '10.1.2.3/24', validLft: 5, preferredLft: 6 },
    { dev: 'va', address: '10.1.2.3/24', home: true },
  ]
  for (const options of refused)
    await expect(addAddress(options, where)).rejects.toMatchObject({ name: 'InvalidArgumentError', applied: false })
  const absent = await addAddress({ dev: 4242, address: '10.1.2.3/24' }, where).catch((error) => error)
  expect(isKernelError(absent, 'ENODEV')).toBe(true)
  expect(await listAddresses({ family: 'inet' }, where)).toEqual([])
})
