import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import { addAltName, deleteAltName } from '../../../lib/link/alt-names.js'
import { deleteLink } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import type { Request } from '../../../lib/netlink/request.js'
import { existing, ownDescriptor, refusal } from '../../support/links.js'
import { endings, runSteps, standIn, testFixtures } from '../../support/requests.js'

type ChangesOfAny = Parameters<typeof updateLink.op>[1]

const change = (changes: ChangesOfAny, dev = 'eth0', index = 66051) => {
  const link = { kind: 'veth', name: dev }
  let answer = existing(index, link)
  return {
    op: updateLink.op(dev, changes),
    answer(request: Request) {
      if (request.mode === 'act') answer = existing(changes.index ?? index, link)
      return answer(request)
    },
  }
}
const words: Readonly<Record<string, ChangesOfAny>> = {
  up: { up: true },
  down: { up: false },
  'mtu 4660': { mtu: 4660 },
  'address 02:11:22:33:44:55': { address: '02:11:22:33:44:55' },
  'broadcast 02:66:77:88:99:aa': { broadcast: '02:66:77:88:99:aa' },
  'master br0': { master: 'br0' },
  nomaster: { master: null },
  'name renamed': { name: 'renamed' },
  "alias 'a second name'": { alias: 'a second name' },
  "alias ''": { alias: '' },
  'txqueuelen 66051': { txQueueLength: 66051 },
  'group 66051': { group: 66051 },
  'netns ns0': { netns: 'ns0' },
  'netns ns0 name renamed': { netns: 'ns0', name: 'renamed' },
  'promisc on': { promisc: true },
  'promisc off': { promisc: false },
  'multicast on': { multicast: true },
  'multicast off': { multicast: false },
  'arp on': { arp: true },
  'arp off': { arp: false },
  'allmulticast on': { allMulticast: true },
  'allmulticast off': { allMulticast: false },
  'dynamic on': { dynamic: true },
  'gso_max_size 4660': { gsoMaxSize: 4660 },
  'gso_max_segs 258': { gsoMaxSegs: 258 },
  'gro_max_size 22136': { groMaxSize: 22136 },
  'carrier off': { carrier: false },
  'state dormant': { operState: 'dormant' },
  'mode dormant': { linkMode: 'dormant' },
  'protodown on': { protoDown: true },
  'protodown off': { protoDown: false },
  'link-netnsid 258': { linkNetnsid: 258 },
  'up mtu 4660 address 02:11:22:33:44:55 txqueuelen 66051 alias both': {
    up: true,
    mtu: 4660,
    address: '02:11:22:33:44:55',
    txQueueLength: 66051,
    alias: 'both',
  },
  'up master br0': { up: true, master: 'br0' },
  'trailers on': { trailers: true },
  'netns ns0 index 66081': { netns: 'ns0', index: 66081 },
  'addrgenmode none': { addrGenMode: 'none' },
  'addrgenmode eui64': { addrGenMode: 'eui64' },
  'addrgenmode random': { addrGenMode: 'random' },
  'protodown_reason 3 on': { protoDownReason: { 3: true } },
  'xdp off': { xdp: { fd: -1, flags: ['updateIfNoexist'] } },
}

describe('bytes as iproute2 sends them', () => {
  const hardware = 'compared in link-vf.json'
  const group = 'no verb acts on a group of links: each is named'
  const property = 'compared in link-property.json'
  testFixtures('link-set', {
    unless: ownDescriptor,
    same: {
      ...endings('ip link set dev eth0', words, change),
      'ip link set eth0 up': () => change({ up: true }),
      'ip -n ns0 link set lo up': () => change({ up: true }, 'lo', 1),
      'ip link delete eth0': () => ({
        op: deleteLink.op('eth0'),
        except: {
          'differs: ifi_index = 0, ip 66051': 'the name goes to the kernel: between a look-up and the deletion it …',
          'ours alone: 3 = 6574683000': '… could come to mean another link',
        },
      }),
      'ip link del dev eth0': () => deleteLink.op(66051),
      'ip link del eth0 type veth': () => ({
        op: deleteLink.op({ index: 66051 }),
        except: { 'ip alone: 18 = 0800010076657468': 'the kernel does not look at the kind in a deletion' },
      }),
    },
    beyond: {
      'ip link set dev eth0 netns 66051': 'a pid is opened by us and sent as a descriptor: not raced',
      'ip link set dev eth0 vf 3 mac 02:11:22:33:44:55': hardware,
      'ip link set dev eth0 vf 3 vlan 258 qos 5': hardware,
      'ip link set group 66051 down': group,
      'ip link del group 66051': group,
      'ip link property add dev eth0 altname another-name-for-it': property,
      'ip link property add dev eth0 altname one altname two': property,
      'ip link property del dev eth0 altname another-name-for-it': property,
      'ip netns set ns0 258': 'no matter of links: setNetnsId',
    },
  })

  const already = {
    'differs: type = 16, ip 19': 'RTM_NEWLINK without NLM_F_CREATE does the same as RTM_SETLINK',
    'differs: ifi_family = "unspec", ip "inet6"': 'the kernel looks at IFLA_AF_SPEC whatever the family',
  }
  testFixtures('link-property', {
    unless: ownDescriptor,
    same: {
      'ip link property add dev eth0 altname another-name-for-it': () => addAltName.op(66051, 'another-name-for-it'),
      'ip link property add dev eth0 altname one altname two': () => addAltName.op({ index: 66051 }, ['one', 'two']),
      'ip link property del dev eth0 altname another-name-for-it': () =>
        deleteAltName.op(66051, ['another-name-for-it']),
      'ip link property del dev eth0 altname one altname two': () => deleteAltName.op(66051, ['one', 'two']),
      'ip token set ::1:203:405:607 dev eth0': () => ({
        ...change({ token: '::1:203:405:607' }),
        theirs: () => true,
        except: already,
      }),
      'ip link set dev eth0 addrgenmode stable_secret': () => change({ addrGenMode: 'stablePrivacy' }),
      'ip link set dev eth0 protodown_reason 31 on': () => change({ protoDownReason: { 31: true } }),
      'ip link set dev eth0 protodown_reason 3 off': () => change({ protoDownReason: { 3: false } }),
      'ip link set dev eth0 protodown on protodown_reason 12 on': () =>
        change({ protoDown: true, protoDownReason: { 12: true } }),
      'ip link set dev eth0 trailers off': () => change({ trailers: false }),
      'ip link set dev eth0 netns ns0 name renamed index 66081': () =>
        change({ netns: 'ns0', name: 'renamed', index: 66081 }),
    },
  })
})

describe('refuses before anything is sent', () => {
  test.each([
    [{ index: 5 }, 'index', /nothing without netns/],
    [{ index: 0, netns: 'ns0' }, 'index', /from 1 to 2147483647/],
    [{ addrGenMode: 'eui48' }, 'addrGenMode', /one of 'eui64', 'none', 'stablePrivacy', 'random'/],
    [{ token: '2001:db8::1' }, 'token', /whose first 64 bits are zero/],
    [{ token: '10.1.2.3' }, 'token', /an IPv6 address/],
    [{ protoDownReason: { 32: true } }, 'protoDownReason.32', /0 to 31/],
    [{ protoDownReason: { '-1': true } }, 'protoDownReason.-1', /0 to 31/],
    [{ protoDownReason: { 3: 1 } }, 'protoDownReason.3', /true or false/],
    [{ protoDownReason: 3 }, 'protoDownReason', /an object/],
    [{ xdp: { fd: -2 } }, 'xdp.fd', /from -1/],
    [{ xdp: { progId: 3 } }, 'xdp.progId', /only the kernel/],
    [{ ipv6: { token: '::1' } }, 'ipv6', /no such option/],
    [{ afSpec: {} }, 'afSpec', /no such option/],
    [{ newIndex: 3 }, 'newIndex', /no such option/],
    [{ altNames: ['x'] }, 'altNames', /no such option/],
  ])('%o', (changes, path, expected) => {
    const { op, answer } = change(changes as ChangesOfAny)
    expect(refusal(op, { answer })).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
  })
})

test('a kernel that overlooks the index that a link shall have where it moves', () => {
  const where = { answer: existing(66051, { kind: 'veth', name: 'eth0' }) }
  expect(() => runSteps(updateLink.op('eth0', { netns: 'ns0', index: 5 }), where)).toThrow(
    expect.objectContaining({ code: 'EOPNOTSUPP', applied: 'partly', appliedOptions: ['netns'] }),
  )
})

describe('where the kernel stops half-way', () => {
  const refused = new KernelError('cannot change link eth0: no', { code: 'EINVAL', errno: 22, request: 'RTM_NEWLINK' })
  const before = { ...standIn, index: 5, name: 'eth0', kind: 'vxlan', mtu: 1500, data: { ageing: 300, learning: true } }
  /** The link before the change and after it; `undefined` is not there. */
  function outcome(changes: ChangesOfAny, after: object | undefined, there?: object) {
    let changed = false
    const answer = ({ mode, memo }: Request) => {
      if (mode === 'act') {
        changed = true
        throw refused
      }
      if (mode !== 'get' || memo !== undefined) return undefined
      if (!changed) return [before]
      if (after !== undefined) return [{ ...before, ...after }]
      after = there
      throw new KernelError('gone', { code: 'ENODEV', errno: 19, request: 'RTM_GETLINK' })
    }
    try {
      runSteps(updateLink.op(5, changes), { answer, links: { br0: 9 } })
    } catch (error) {
      const { applied, appliedOptions, message } = error as KernelError
      return { applied, appliedOptions, message }
    }
    throw new Error('was not refused')
  }

  test('nothing had been applied', () => {
    expect(outcome({ mtu: 1400 }, {})).toEqual({ applied: false, appliedOptions: undefined, message: refused.message })
  })
  test('what the link had before does not count', () => {
    expect(outcome({ mtu: 1500, promisc: false, master: 'br0' }, {}).applied).toBe(false)
  })
  test('fields, switches and attributes of the kind, in whatever form they were given', () => {
    const changes = {
      mtu: 1400,
      address: 'AA:BB:CC:DD:EE:FF',
      alias: '',
      arp: false,
      promisc: true,
      learning: false,
      data: { ageing: 60, local: Uint8Array.of(10, 1, 2, 3) },
      master: 'br0',
    } as const
    const after = {
      mtu: 1400,
      address: 'aa:bb:cc:dd:ee:ff',
      flags: ['noArp'],
      data: { ageing: 60, learning: false, local: '10.1.2.3' },
    }
    expect(outcome(changes, after)).toEqual({
      applied: 'partly',
      appliedOptions: ['mtu', 'address', 'arp', 'learning', 'data.ageing', 'data.local'],
      message: `${refused.message}; applied before that: mtu, address, arp, learning, data.ageing, data.local`,
    })
  })
  test('the move to another namespace comes first', () => {
    expect(outcome({ netns: 'blue', mtu: 99 }, undefined, {})).toMatchObject({
      applied: 'partly',
      appliedOptions: ['netns'],
    })
  })
  test('the link cannot be found again', () => {
    expect(outcome({ mtu: 1400 }, undefined)).toMatchObject({ applied: 'unknown', appliedOptions: undefined })
  })
})

test('a link that cannot be read back was changed all the same', () => {
  let asked = 0
  const answer = ({ mode }: Request) => {
    if (mode === 'get' && asked++ > 0)
      throw new KernelError('gone', { code: 'ENODEV', errno: 19, request: 'RTM_GETLINK' })
    return undefined
  }
  expect(() => runSteps(updateLink.op(5, { mtu: 1400 }), { answer })).toThrow(
    expect.objectContaining({ code: 'ENODEV', applied: true }),
  )
})
