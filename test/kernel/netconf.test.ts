/** Settings of links: what writeSysctl sets is what we and `ip` read. */
import { expect, test } from 'vitest'
import { SystemCallError } from '../../lib/errors.js'
import { getNetconf, listNetconf, type Netconf } from '../../lib/netconf/operations.js'
import { writeSysctl } from '../../lib/netns/sysctl.js'
import { type TestNamespace, testNamespace } from '../support/namespace.js'

const stage = () => testNamespace(['link add eth0 index 258 type veth peer name eth1 index 772'])

/** As `ip -j netconf` prints it; bc_forwarding and force_forwarding it does not. */
function printed({ family, dev, ...settings }: Netconf) {
  const words = { rpFilter: 'rp_filter', mcForwarding: 'mc_forwarding', proxyNeigh: 'proxy_neigh' }
  const more = { ignoreRoutesWithLinkdown: 'ignore_routes_with_linkdown', forwarding: 'forwarding', input: 'input' }
  const known = Object.entries({ ...words, ...more }).flatMap(([name, word]): [string, unknown][] =>
    name in settings ? [[word, settings[name as keyof typeof settings]]] : [],
  )
  const links: Readonly<Record<string, string>> = { 258: 'eth0', 772: 'eth1', 1: 'lo' }
  return { family, interface: links[dev] ?? dev, ...Object.fromEntries(known) }
}

/** A module of tunnels brings links of its own into every namespace. */
const isOwn = (one: { readonly interface: unknown }) =>
  ['all', 'default', 'lo', 'eth0', 'eth1'].includes(`${one.interface}`)

const set = async (ns: TestNamespace, values: Readonly<Record<string, number>>) => {
  for (const [key, value] of Object.entries(values)) await writeSysctl(`net.${key}`, value, { netns: ns.name })
}

test('IPv4 and IPv6', async () => {
  const ns = await stage()
  const where = { netns: ns.name }
  const before = await getNetconf({ dev: 'eth0' }, where)
  expect(before).toMatchObject({ family: 'inet', dev: 258, proxyNeigh: false, bcForwarding: false })
  await set(ns, {
    'ipv4.conf.eth0.forwarding': 1,
    'ipv4.conf.eth0.rp_filter': 2,
    // What was never set there follows what is set for links to come (devinet_copy_dflt_conf).
    'ipv4.conf.eth0.proxy_arp': 0,
    'ipv4.conf.eth1.proxy_arp': 1,
    'ipv4.conf.eth1.bc_forwarding': 1,
    'ipv4.conf.eth1.rp_filter': 1,
    'ipv4.conf.all.ignore_routes_with_linkdown': 1,
    'ipv4.conf.default.proxy_arp': 1,
    'ipv6.conf.eth0.proxy_ndp': 1,
    'ipv6.conf.eth1.ignore_routes_with_linkdown': 1,
    'ipv6.conf.default.forwarding': 1,
  })
  const get = (dev: string, family: 'inet' | 'inet6') => getNetconf({ dev, family }, where)
  expect(await get('eth0', 'inet')).toMatchObject({ forwarding: true, rpFilter: 'loose', proxyNeigh: false })
  const eth1 = { dev: 772, rpFilter: 'strict', proxyNeigh: true, bcForwarding: true, mcForwarding: false }
  expect(await get('eth1', 'inet')).toMatchObject(eth1)
  expect(await get('all', 'inet')).toMatchObject({ dev: 'all', ignoreRoutesWithLinkdown: true, proxyNeigh: false })
  expect(await get('default', 'inet')).toMatchObject({
    dev: 'default',
    ignoreRoutesWithLinkdown: false,
    proxyNeigh: true,
  })
  expect(await get('eth0', 'inet6')).toMatchObject({ family: 'inet6', proxyNeigh: true, forwarding: false })
  expect(await get('eth1', 'inet6')).toMatchObject({ proxyNeigh: false, ignoreRoutesWithLinkdown: true })
  expect(await get('default', 'inet6')).toMatchObject({ forwarding: true })
  expect('rpFilter' in (await get('eth0', 'inet6'))).toBe(false)

  const listed = await listNetconf({}, where)
  const shown = (await ns.show('netconf show')).filter(isOwn)
  expect(listed.map(printed).filter(isOwn)).toEqual(shown)
  expect(shown.filter((one) => one.interface === 'eth0').map(({ family }) => family)).toEqual(
    expect.arrayContaining(['inet', 'inet6']),
  )
  expect(await listNetconf({ dev: 'eth1', family: 'inet' }, where)).toMatchObject([eth1])
  expect((await listNetconf({ dev: 'all' }, where)).map(({ family }) => family)).toEqual(['inet', 'inet6'])
  expect(listNetconf.sync({ family: 'inet6' }, where)).toEqual(listed.filter(({ family }) => family === 'inet6'))
})

test('MPLS', async (context) => {
  const ns = await stage()
  const where = { netns: ns.name }
  // Such a route loads the module, where there is one.
  await ns.ip('route add 10.9.9.0/24 encap mpls 16 dev lo').catch(() => {})
  await set(ns, { 'mpls.conf.eth0.input': 1 }).catch((error) => {
    if (error instanceof SystemCallError && error.code === 'ENOENT')
      context.skip('this kernel has no MPLS (CONFIG_MPLS_ROUTING)')
    throw error
  })
  expect(await getNetconf({ dev: 'eth0', family: 'mpls' }, where)).toEqual({ family: 'mpls', dev: 258, input: true })
  const listed = await listNetconf({ family: 'mpls' }, where)
  expect(listed.filter(({ input }) => input === true).map(({ dev }) => dev)).toEqual([258])
  expect(listed.map(printed).filter(isOwn)).toEqual((await ns.show('-M netconf show')).filter(isOwn))
})

test('what is not there', async () => {
  const where = { netns: (await stage()).name }
  await expect(getNetconf({ dev: 'nope' }, where)).rejects.toMatchObject({ code: 'ENODEV', attribute: 'dev' })
  // What no link has, newer kernels say in another way.
  const code = expect.stringMatching(/^(EINVAL|ENODEV)$/)
  await expect(getNetconf({ dev: 4242 }, where)).rejects.toMatchObject({ code, request: 'RTM_GETNETCONF' })
  expect(await listNetconf({ dev: 4242 }, where)).toEqual([])
})
