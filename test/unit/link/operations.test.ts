import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import type { CreateOptions } from '../../../lib/link/create.js'
import { createBridge } from '../../../lib/link/kinds/bridge.js'
import { createIfb } from '../../../lib/link/kinds/ifb.js'
import { createIpip } from '../../../lib/link/kinds/ipip.js'
import { createIpvlan } from '../../../lib/link/kinds/ipvlan.js'
import { createMacvlan } from '../../../lib/link/kinds/macvlan.js'
import { createVeth } from '../../../lib/link/kinds/veth.js'
import { createVlan } from '../../../lib/link/kinds/vlan.js'
import { createVrf } from '../../../lib/link/kinds/vrf.js'
import { createVxlan } from '../../../lib/link/kinds/vxlan.js'
import { createLink, deleteLink, getLink, listLinks } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import type { Request } from '../../../lib/netlink/request.js'
import { existing, ownDescriptor, refusal } from '../../support/links.js'
import { type Comparison, type Reasons, runSteps, testFixtures } from '../../support/requests.js'

describe('creating, whatever the kind', () => {
  // An ifb has no attributes of its own.
  const op = (options: Partial<CreateOptions>, except: Reasons = {}): Comparison & { op: never } =>
    ({ op: createIfb.op({ name: 'ifb9', ...options }), except }) as never
  const mv0 = { name: 'mv0', link: 'eth0' }
  const vl0 = { name: 'vl0', link: 'eth0', id: 258 }
  testFixtures('link-create', {
    unless: ownDescriptor,
    same: {
      'ip link add ifb9 type ifb': () => op({}),
      'ip link add name ifb9 type ifb': () => op({}),
      'ip link add ifb9 txqueuelen 66051 type ifb': () => op({ txQueueLength: 66051 }),
      'ip link add ifb9 address 02:11:22:33:44:55 type ifb': () => op({ address: '02:11:22:33:44:55' }),
      'ip link add ifb9 broadcast 02:66:77:88:99:aa type ifb': () => op({ broadcast: '02:66:77:88:99:aa' }),
      'ip link add ifb9 mtu 4660 type ifb': () => op({ mtu: 4660 }),
      'ip link add ifb9 index 66081 type ifb': () => op({ index: 66081 }),
      'ip link add ifb9 numtxqueues 3 type ifb': () => op({ numTxQueues: 3 }),
      'ip link add ifb9 numrxqueues 5 type ifb': () => op({ numRxQueues: 5 }),
      'ip link add ifb9 netns ns0 type ifb': () => op({ netns: 'ns0' }),
      'ip link add ifb9 group 66051 type ifb': () => op({ group: 66051 }),
      "ip link add ifb9 alias 'a second name' type ifb": () => ({
        ...op({ alias: 'a second name' }),
        ours: ({ mode }) => mode === 'echo',
      }),
      'ip link add ifb9 master br0 type ifb': () => op({ master: 'br0' }),
      'ip link add ifb9 up type ifb': () => op({ up: true }),
      'ip link add ifb9 down type ifb': () =>
        op({ up: false }, { 'differs: ifi_change = [], ip ["up"]': 'a link is down when it is born' }),
      'ip link add ifb9 gso_max_size 4660 gso_max_segs 258 gro_max_size 22136 type ifb': () =>
        op({ gsoMaxSize: 4660, gsoMaxSegs: 258, groMaxSize: 22136 }),
      'ip link add ifb9 link-netnsid 258 type ifb': () => op({ linkNetnsid: 258 }),
      'ip link add link eth0 name mv0 type macvlan mode bridge': () => createMacvlan.op({ ...mv0, mode: 'bridge' }),
      'ip link add link eth0 name mv0 type macvlan mode private': () => createMacvlan.op({ ...mv0, mode: 'private' }),
      'ip link add link eth0 name mv0 address 02:11:22:33:44:55 type macvlan mode passthru nopromisc': () =>
        createMacvlan.op({ ...mv0, address: '02:11:22:33:44:55', mode: 'passthru', flags: ['noPromisc'] }),
      'ip link add link eth0 name mv0 type macvlan mode vepa bcqueuelen 66051': () =>
        createMacvlan.op({ ...mv0, mode: 'vepa', bcQueueLength: 66051 }),
      'ip link add link eth0 name vl0 type vlan id 258': () => createVlan.op(vl0),
      'ip link add link eth0 name vl0 type vlan protocol 802.1ad id 258': () =>
        createVlan.op({ ...vl0, protocol: '802.1ad' }),
      'ip link add link eth0 name iv0 type ipvlan mode l3': () => ({
        op: createIpvlan.op({ name: 'iv0', link: 'eth0', mode: 'l3' }),
        except: { 'ip alone: 18.2.2 = 0000': 'no flags, which is what the kernel has without' },
      }),
    },
    beyond: {
      'ip link add ifb9 netns 66051 type ifb': 'a pid is opened by us and sent as a descriptor: not raced',
      'ip link add ifb9 arp off multicast off allmulticast on promisc on type ifb':
        'the switches but up are set by updateLink',
      'ip link add ifb9 addrgenmode none type ifb':
        'validate_linkmsg refuses it: there is no IPv6 on a link before its birth',
      'ip link add parentdev 0000:01:02.3 name ifb9 type ifb': 'for WWAN hardware only',
    },
  })
})

describe('asking', () => {
  const dump: Reasons = {
    'differs: ifi_family = "unspec", ip 17':
      'AF_PACKET: the kernel has no listing of its own for it and gives the same',
    'ip alone: 29 = 01000000': 'RTEXT_FILTER_VF: virtual functions of hardware, of which nothing is known here',
    'ip alone: 29 = 09000000': 'RTEXT_FILTER_VF|SKIP_STATS: we read the statistics',
  }
  // Its look-ups of names have no family.
  const theListing = ({ hex }: { hex: string }) => hex.slice(32, 34) === '11'
  testFixtures('dumps', {
    only: (command) => command.startsWith('ip') && command.includes(' link '),
    unless: dump,
    same: {
      'ip link show': () => listLinks.op(),
      'ip -d link show': () => listLinks.op({}),
      'ip -s link show': () => listLinks.op(),
      'ip -d link show dev eth0': () => ({
        op: getLink.op('eth0'),
        theirs: theListing,
        except: { 'differs: flags = "0x5", ip "0x1"': 'with an answer behind the object, as every window ends' },
      }),
      'ip link show type vxlan': () => listLinks.op({ kind: 'vxlan' }),
      'ip link show master br0': () => ({ op: listLinks.op({ master: 'br0' }), theirs: theListing }),
      'ip link show group 66051': () => listLinks.op({ group: 66051 }),
    },
  })
})

describe('topologies', () => {
  const learning = { 'ip alone: 18.2.7 = 01': 'iproute2 always sends it; the kernel has 1 without' }
  const ipipDefaults = Object.fromEntries(
    [
      '1 = 00000000',
      '2 = 00000000',
      '3 = 00000000',
      '4 = 00',
      '5 = 00',
      '10 = 01',
      '15 = 0000',
      '16 = 0000',
      '17 = 0000',
      '18 = 0000',
      '20 = 00000000',
    ]
      .map((rest) => [`ip alone: 18.2.${rest}`, 'iproute2 sends every attribute, with what the kernel has without it'])
      .concat([['ip alone: 18.2.9 = 00', 'with ip an ipip tunnel carries MPLS too']]),
  ) as Reasons
  const links: Readonly<Record<string, number>> = {
    br0: 66061, vrf0: 66062, tun245: 66063, vtep245: 66073, vxlan100: 66074, veth0: 66081, veth1: 66084, 'vxlan.99': 66071, vxlan0: 66072, 'flannel.ipip': 66064,
  } // biome-ignore format: a list of numbers reads better in rows
  const set =
    (dev: string, changes: Parameters<typeof updateLink.op>[1], index = links[dev] as number) =>
    () => ({
      op: updateLink.op(dev, changes),
      answer: existing(index, { name: dev }),
    })
  testFixtures('topologies', {
    only: (command) => command.startsWith('ip link ') || command.startsWith('ip -n ns0 link '),
    unless: {
      ...learning,
      ...ipipDefaults,
      ...ownDescriptor,
      'differs: 18.2.1.28 = 34120000, ip 04000000': 'own numbers',
      'differs: 18.2.1.28 = 34120000, ip 05000000': 'own numbers',
    },
    same: {
      'ip link add vxlan.99 type vxlan id 99 dev eth0 dstport 4899 nolearning': () =>
        createVxlan.op({ name: 'vxlan.99', id: 99, dev: 'eth0', dstPort: 4899, learning: false }),
      'ip link add vxlan0 type vxlan id 42 dstport 4789 remote 192.168.57.54 local 192.168.57.50 dev eth0': () =>
        createVxlan.op({
          name: 'vxlan0',
          id: 42,
          dstPort: 4789,
          remote: '192.168.57.54',
          local: '192.168.57.50',
          dev: 'eth0',
        }),
      'ip link add vrf0 type vrf table 10': () => createVrf.op({ name: 'vrf0', table: 10 }),
      'ip link add vxlan0 type vxlan id 42 dstport 4789 remote 192.168.57.50': () =>
        createVxlan.op({ name: 'vxlan0', id: 42, dstPort: 4789, remote: '192.168.57.50' }),
      'ip link add vxlan0 type vxlan id 42 dstport 4789 local 192.168.57.50 remote 192.168.57.54': () =>
        createVxlan.op({ name: 'vxlan0', id: 42, dstPort: 4789, local: '192.168.57.50', remote: '192.168.57.54' }),
      'ip link add br0 type bridge': () => createBridge.op({ name: 'br0' }),
      'ip link add veth0 type veth peer name eth0 netns ns0': () =>
        createVeth.op({ name: 'veth0', peer: { name: 'eth0', netns: 'ns0' } }),
      'ip link add vxlan0 type vxlan id 42 dstport 4789 local 192.168.57.50 group 224.1.1.1 dev eth0': () =>
        createVxlan.op({
          name: 'vxlan0',
          id: 42,
          dstPort: 4789,
          local: '192.168.57.50',
          group: '224.1.1.1',
          dev: 'eth0',
        }),
      'ip link add tun245 type ipip local 192.168.32.245 remote 192.168.32.246': () =>
        createIpip.op({ name: 'tun245', local: '192.168.32.245', remote: '192.168.32.246' }),
      'ip link add flannel.ipip type ipip local 192.168.32.245': () =>
        createIpip.op({ name: 'flannel.ipip', local: '192.168.32.245' }),
      'ip link add vtep245 type vxlan id 1 local 192.168.32.245 dev eth0 dstport 8472 nolearning': () =>
        createVxlan.op({
          name: 'vtep245',
          id: 1,
          local: '192.168.32.245',
          dev: 'eth0',
          dstPort: 8472,
          learning: false,
        }),
      'ip link add vxlan100 type vxlan id 100 local 192.168.245.168 dev eth0 dstport 4789 nolearning': () =>
        createVxlan.op({
          name: 'vxlan100',
          id: 100,
          local: '192.168.245.168',
          dev: 'eth0',
          dstPort: 4789,
          learning: false,
        }),
      'ip link add veth0 type veth peer name veth1': () => createVeth.op({ name: 'veth0', peer: { name: 'veth1' } }),
      'ip link set dev vxlan.99 address aa:bb:cc:dd:ee:00': set('vxlan.99', { address: 'aa:bb:cc:dd:ee:00' }),
      'ip link set vxlan.99 up': set('vxlan.99', { up: true }),
      'ip link set vrf0 up': set('vrf0', { up: true }),
      'ip link set vxlan0 master vrf0': set('vxlan0', { master: 'vrf0' }),
      'ip link set vxlan0 up': set('vxlan0', { up: true }),
      'ip link set vxlan0 master br0': set('vxlan0', { master: 'br0' }),
      'ip link set br0 master vrf0': set('br0', { master: 'vrf0' }),
      'ip link set br0 up': set('br0', { up: true }),
      'ip link set veth0 master br0': set('veth0', { master: 'br0' }),
      'ip link set veth0 up': set('veth0', { up: true }),
      'ip -n ns0 link set lo up': set('lo', { up: true }, 1),
      'ip -n ns0 link set eth0 up': set('eth0', { up: true }, 66082),
      'ip link set tun245 up': set('tun245', { up: true }),
      'ip link set tun245 mtu 1480': set('tun245', { mtu: 1480 }),
      'ip link set vtep245 mtu 1450': set('vtep245', { mtu: 1450 }),
      'ip link set vtep245 up': set('vtep245', { up: true }),
      'ip link set veth1 netns ns0': set('veth1', { netns: 'ns0' }),
      'ip link set vxlan100 up': set('vxlan100', { up: true }),
    },
  })
})

test('an echo is taken for the link, but where the kernel goes on after it', () => {
  const reads = (options: Partial<Parameters<typeof createBridge.op>[0]>) =>
    runSteps(createBridge.op({ name: 'new', ...options }), { links: { br0: 9 } }).sent.map(
      ({ request }) => request.mode,
    )
  expect(reads({})).toEqual(['echo'])
  expect(reads({ master: 'br0' })).toEqual(['echo', 'get'])
  expect(reads({ alias: 'x' })).toEqual(['echo', 'act', 'get'])
})

test.each([
  [{}, true],
  [{ alias: 'x' }, 'partly'],
])('a link that was made with %o and cannot be read back is there all the same', (options, applied) => {
  const answer = ({ mode }: Request) => {
    if (mode === 'echo') return []
    throw new KernelError('gone', { code: 'ENODEV', errno: 19, request: 'RTM_GETLINK' })
  }
  expect(() => runSteps(createBridge.op({ name: 'new', ...options }), { answer })).toThrow(
    expect.objectContaining({ code: 'ENODEV', applied }),
  )
})

describe('createLink', () => {
  const op = (options: Record<string, unknown>) => createLink.op({ kind: 'vxlan', name: 'vx', ...options } as never)
  test('sends what the create function of the kind sends, and both groups', () => {
    const data = { id: 99, group: '239.1.2.3', dev: 'eth0' }
    const { sent } = runSteps(op({ group: 258, data }), { links: { eth0: 66051 } })
    const same = runSteps(createVxlan.op({ name: 'vx', ...data }), { links: { eth0: 66051 } })
    const ours = sent[0]?.tree.attributes
    expect(ours?.get(27)).toEqual([{ bytes: '02010000' }])
    expect([...(ours ?? [])].filter(([type]) => type !== 27)).toEqual([...(same.sent[0]?.tree.attributes ?? [])])
  })
  test.each([
    [{ kind: '../../etc' }, 'kind', /one of .*, bridge, .*, or another kind of the kernel/],
    [{ kind: 'x'.repeat(56) }, 'kind', /one of/],
    [{ kind: 'toString' }, 'kind', /one of/],
    [{ kind: '__proto__' }, 'kind', /one of/],
    [{ kind: 7 }, 'kind', /one of/],
    [{ id: 99 }, 'id', /no such option/],
    [{ data: 7 }, 'data', /an object/],
    [{ data: [] }, 'data', /an object/],
    [{ data: {} }, 'data.id', /required without external/],
    [{ data: { id: 2 ** 24 } }, 'data.id', /an integer from 0 to 16777215/],
    [{ data: { id: 1, nope: 1 } }, 'data.nope', /no such option/],
    [{ data: { id: 1, srcPort: { low: -1 } } }, 'data.srcPort.low', /an integer/],
    [{ data: { id: 1 }, mtu: 'x' }, 'mtu', /an integer/],
    [{ data: { id: 1 }, up: 1 }, 'up', /true or false/],
    [{ data: { id: 1 }, index: -5 }, 'index', /from 1 to 2147483647/],
    [{ data: { id: 1 }, index: 0 }, 'index', /from 1 to 2147483647/],
    [{ data: { id: 1 }, name: undefined }, 'name', /a link name \(required\)/],
    [{ data: { id: 1 }, netns: 'a/b' }, 'netns', /a name of/],
    [{ data: { id: 1 }, alias: 'x'.repeat(256) }, 'alias', /at most 255 bytes/],
    [{ data: { id: 1 }, address: '02:00:00:00:00' }, 'address', /a MAC address/],
    [{ data: { id: 1 }, promiscuity: 1 }, 'promiscuity', /no such option/],
    [{ data: { id: 1 }, linkInfo: {} }, 'linkInfo', /no such option/],
    [{ data: { id: 1 }, netnsFd: 3 }, 'netnsFd', /no such option/],
  ])('refuses %o before anything is sent', (options, path, expected) => {
    expect(refusal(op(options))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
  })
})

describe('createLink of a kind that is not known here', () => {
  const op = (options: Record<string, unknown>) => createLink.op({ kind: 'hsr', name: 'hsr0', ...options } as never)
  test('sends its attributes as they are', () => {
    const data = [
      { type: 2, data: Uint8Array.of(1, 2, 3) },
      { type: 0x8001, data: Uint8Array.of(8, 0, 5, 0, 9, 9, 9, 9) },
      { type: 2, data: new Uint8Array() },
    ]
    const [sent] = runSteps(op({ data, mtu: 4660 })).sent
    expect(Buffer.from(sent?.bytes ?? []).toString('hex')).toContain(
      ['1c000280', '07000200', '01020300', '0c000180', '08000500', '09090909', '04000200'].join(''),
    )
  })
  test('reads what it made by no table', () => {
    const { sent } = runSteps(op({}))
    expect(sent[0]?.tree.attributes.get(18)).toEqual([{ bytes: '', children: new Map([[1, [{ bytes: '687372' }]]]) }])
  })
  test.each([
    [{ data: {} }, 'data', /an array of attributes/],
    [{ data: 'x' }, 'data', /an array of attributes/],
    [{ data: [7] }, 'data[0]', /an object/],
    [{ data: [{ type: 0, data: new Uint8Array() }] }, 'data[0].type', /from 1 to 65535/],
    [{ data: [{ type: 65536, data: new Uint8Array() }] }, 'data[0].type', /from 1 to 65535/],
    [{ data: [{ type: 1, data: 'x' }] }, 'data[0]', /Uint8Array/],
    [{ data: [{ type: 1, data: new Uint8Array(), more: 1 }] }, 'data[0]', /nothing but type and data/],
    [{ slave1: 5 }, 'slave1', /no such option/],
    [{ kind: 'vxlan', data: [] }, 'data', /an object/],
    [{ kind: 'tun', data: [] }, 'kind', /made by/],
  ])('refuses %o before anything is sent', (options, path, expected) => {
    expect(refusal(op(options))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
  })
})

describe('how much is asked of a link', () => {
  const masks = (operation: Parameters<typeof runSteps>[0]) =>
    runSteps(operation).sent.map(({ tree }) => tree.attributes.get(29)?.[0]?.bytes)
  test.each([
    [{}, undefined],
    [{ vf: false, statistics: true }, undefined],
    [{ vf: true }, '01000000'],
    [{ statistics: false }, '08000000'],
    [{ vf: true, statistics: false }, '09000000'],
  ])('%o', (details, mask) => {
    expect(masks(listLinks.op(details))).toEqual([mask])
    expect(masks(getLink.op({ dev: 'eth0', ...details }))).toEqual([mask])
  })
  test('names of every length', () => {
    const names = (dev: string) => runSteps(getLink.op(dev)).sent.map(({ tree }) => [...tree.attributes.keys()])
    expect([names('x'.repeat(15)), names('x'.repeat(16)), names('ä'.repeat(8))]).toEqual([[[3]], [[53]], [[53]]])
  })
  test.each([
    [{ dev: 'eth0', vf: 1 }, 'vf'],
    [{ dev: 'eth0', statistics: null }, 'statistics'],
    [{ dev: 'eth0', name: 'x' }, 'name'],
    [{ dev: {} }, 'dev'],
  ])('refuses %o', (query, path) => {
    expect(refusal(getLink.op(query as never))).toEqual({ path, expected: expect.any(String), changes: [] })
  })
})

describe('refuses before anything is sent', () => {
  const nobody = [
    undefined,
    null,
    '',
    0,
    -1,
    1.5,
    2 ** 31,
    {},
    { name: 'eth0' },
    { index: 0 },
    [],
    true,
    'a/b',
    'a b',
    'x'.repeat(128),
    'ä'.repeat(64),
  ]
  test.each(nobody)('a link that is none: %o', (dev) => {
    for (const op of [getLink.op(dev as never), deleteLink.op(dev as never), updateLink.op(dev as never, { up: true })])
      expect(refusal(op)).toEqual({
        path: expect.stringMatching(/^(dev|name)$/),
        expected: expect.any(String),
        changes: [],
      })
  })
  test.each([
    [{ kind: 'hsr' }, 'kind'],
    [{ kind: 7 }, 'kind'],
    [{ vf: 1 }, 'vf'],
    [{ statistics: 0 }, 'statistics'],
    [{ up: 1 }, 'up'],
    [{ group: -1 }, 'group'],
    [{ group: '0' }, 'group'],
    [{ master: {} }, 'master'],
    [{ name: 'eth0' }, 'name'],
    [7, ''],
  ])('a filter that is none: %o', (filter, path) => {
    expect(refusal(listLinks.op(filter as never))).toEqual({ path, expected: expect.any(String), changes: [] })
  })
})
