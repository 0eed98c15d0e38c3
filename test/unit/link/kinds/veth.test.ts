import { describe, expect, test } from 'vitest'
import { createVeth, type VethOptions } from '../../../../lib/link/kinds/veth.js'
import type { PeerOptions } from '../../../../lib/link/peer.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, ownDescriptor, refusal } from '../../../support/links.js'
import { type Comparison, fakeNetns, runSteps, testFixtures } from '../../../support/requests.js'

const op = (options: Partial<VethOptions>) => createVeth.op({ name: 'va', ...options })
const peer = (options: PeerOptions, more: Comparison = {}) => ({
  op: op({ peer: { name: 'vb', ...options } }),
  ...more,
})

describe('bytes as iproute2 sends them', () => {
  const unread = 'veth_newlink makes the peer by rtnl_create_link, which does not look at it: success without effect'
  testFixtures('veth', {
    unless: Object.fromEntries(
      Object.entries(ownDescriptor).flatMap(([difference, reason]) => [
        [difference, reason],
        [difference.replace(': 28', ': 18.2.1.28'), reason],
      ]),
    ),
    same: {
      'ip link add va type veth': () => op({}),
      'ip link add va type veth peer name vb': () => peer({}),
      'ip link add va type veth peer vb': () => peer({}),
      'ip link add va type veth peer name vb address 02:11:22:33:44:55': () => peer({ address: '02:11:22:33:44:55' }),
      'ip link add va type veth peer name vb mtu 4660': () => peer({ mtu: 4660 }),
      'ip link add va type veth peer name vb txqueuelen 66051': () => peer({ txQueueLength: 66051 }),
      'ip link add va type veth peer name vb broadcast 02:66:77:88:99:aa': () =>
        peer({ broadcast: '02:66:77:88:99:aa' }),
      'ip link add va type veth peer name vb numtxqueues 3 numrxqueues 5': () =>
        peer({ numTxQueues: 3, numRxQueues: 5 }),
      'ip link add va type veth peer name vb group 66051': () => peer({ group: 66051 }),
      'ip link add va type veth peer name vb netns ns0': () => peer({ netns: 'ns0' }),
      'ip link add va netns ns0 type veth peer name vb': () => op({ netns: 'ns0', peer: { name: 'vb' } }),
      'ip link add va numtxqueues 3 numrxqueues 5 type veth peer name vb numtxqueues 7 numrxqueues 9': () =>
        op({ numTxQueues: 3, numRxQueues: 5, peer: { name: 'vb', numTxQueues: 7, numRxQueues: 9 } }),
    },
    beyond: {
      'ip link add va type veth peer name vb index 66068':
        'of the index of one end alone veth_newlink takes no notice: refused',
      'ip link add va type veth peer name vb up': 'rtnl_configure_link of the peer, before it has one: ENOTCONN',
      "ip link add va type veth peer name vb alias 'the other end'": unread,
      'ip link add va type veth peer name vb master br0': unread,
      'ip link add va type veth peer name vb netns 66051': 'a pid is opened by us and sent as a descriptor: not raced',
      'ip link add va address 02:11:22:33:44:55 mtu 4660 index 66067 up type veth peer name vb address 02:66:77:88:99:aa mtu 4661 index 66068 up netns ns0':
        'the peer up: as above',
      'ip link add va arp off type veth peer name vb multicast off promisc on':
        'switches of flags other than up are set by updateLink; the peer takes none',
    },
  })
})

test('both ends in one request, each in a namespace of its own', () => {
  const stage = { perform: ({ args }: { args: readonly unknown[] }) => fakeNetns(args[1] === 'ns0' ? 0x11 : 0x22) }
  const { sent, tasks } = runSteps(op({ netns: 'ns0', peer: { name: 'vb', netns: 'ns1' } }), stage as never)
  const own = sent[0]?.tree.attributes
  expect(own?.get(28)).toEqual([{ bytes: '11000000' }])
  expect(own?.get(18)?.[0]?.children?.get(2)?.[0]?.children?.get(1)?.[0]?.children?.get(28)).toEqual([
    { bytes: '22000000' },
  ])
  expect(tasks.map(({ args }) => args)).toEqual([
    ['/var/run/netns', 'ns0'],
    ['/var/run/netns', 'ns1'],
  ])
})

test.each([
  [{ peer: 'vb' }, 'peer', /the options of the other end/],
  [{ peer: null }, 'peer', /the options of the other end/],
  [{ peer: { name: 'v/b' } }, 'peer.name', /a link name/],
  [{ peer: { mtu: -1 } }, 'peer.mtu', /an integer from 0/],
  [{ peer: { index: 7 } }, 'peer.index', /nothing without this end's index/],
  [{ index: 6, peer: { index: 1.5 } }, 'peer.index', /an integer/],
  [{ index: 6, peer: { index: -7 } }, 'peer.index', /an integer/],
  [{ peer: { up: true } }, 'peer.up', /no such option/],
  [{ peer: { master: 'br0' } }, 'peer.master', /no such option/],
  [{ peer: { netns: 'a/b' } }, 'peer.netns', /a name of/],
  [{ peer: { netns: {} } }, 'peer.netns', /a Netns/],
  [{ peer: { linkInfo: {} } }, 'peer.linkInfo', /no such option/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(op(options as never))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})

test('the peer is chosen at birth', () => {
  const answer = existing(66051, { kind: 'veth', name: 'eth0' })
  expect(refusal(updateLink.op('eth0', { peer: { name: 'x' } } as never), { answer })).toEqual({
    path: 'peer',
    expected: expect.stringMatching(/cannot change it in a veth link/),
    changes: [],
  })
})
