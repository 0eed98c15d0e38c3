import { describe, expect, test } from 'vitest'
import { createVxcan, type VxcanOptions, type VxcanPeerOptions } from '../../../../lib/link/kinds/vxcan.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, ownDescriptor, refusal } from '../../../support/links.js'
import { testFixtures } from '../../../support/requests.js'

const op = (options: Partial<VxcanOptions>) => createVxcan.op({ name: 'va', ...options })
const peer = (options: VxcanPeerOptions) => op({ peer: { name: 'vb', ...options } })

describe('bytes as iproute2 sends them', () => {
  testFixtures('vxcan', {
    unless: Object.fromEntries(
      Object.entries(ownDescriptor).flatMap(([difference, reason]) => [
        [difference, reason],
        [difference.replace(': 28', ': 18.2.1.28'), reason],
      ]),
    ),
    same: {
      'ip link add va type vxcan': () => op({}),
      'ip link add va type vxcan peer name vb': () => peer({}),
      'ip link add va type vxcan peer vb': () => peer({}),
      'ip link add va type vxcan peer name vb mtu 16': () => peer({ mtu: 16 }),
      'ip link add va type vxcan peer name vb txqueuelen 66051': () => peer({ txQueueLength: 66051 }),
      'ip link add va type vxcan peer name vb numtxqueues 3 numrxqueues 5': () =>
        peer({ numTxQueues: 3, numRxQueues: 5 }),
      'ip link add va type vxcan peer name vb group 66051': () => peer({ group: 66051 }),
      'ip link add va type vxcan peer name vb netns ns0': () => peer({ netns: 'ns0' }),
      'ip link add va index 66067 type vxcan peer name vb index 66068': () =>
        op({ index: 66067, peer: { name: 'vb', index: 66068 } }),
      'ip link add va netns ns0 type vxcan peer name vb': () => op({ netns: 'ns0', peer: { name: 'vb' } }),
    },
    beyond: {
      'ip link add va type vxcan peer name vb index 66068':
        'of the index of one end alone vxcan_newlink takes no notice: refused',
    },
  })
})

test.each([
  [{ peer: 'vb' }, 'peer', /the options of the other end/],
  [{ peer: { index: 7 } }, 'peer.index', /nothing without this end's index/],
  [{ peer: { up: true } }, 'peer.up', /no such option/],
  [{ peer: { address: '02:11:22:33:44:55' } }, 'peer.address', /a CAN link has no address/],
  [{ peer: { broadcast: '02:11:22:33:44:55' } }, 'peer.broadcast', /a CAN link has no address/],
  [{ peer: { mtu: 17 } }, 'peer.mtu', /16 \(CAN\), 72/],
  [{ address: '02:11:22:33:44:55' }, 'address', /a CAN link has no address/],
  [{ mtu: 17 }, 'mtu', /16 \(CAN\), 72/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(op(options as never))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})

test.each([
  [{ mtu: 17 }, 'mtu', /16 \(CAN\), 72/],
  [{ data: { peer: { name: 'x' } } }, 'data.peer', /cannot change it in a vxcan link/],
])('refuses to change %o', (changes, path, expected) => {
  const answer = existing(7, { kind: 'vxcan', name: 'can0' })
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(updateLink.op('can0', changes as never), { answer })).toEqual(refused)
})
