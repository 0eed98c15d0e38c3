import { describe } from 'vitest'
import { createBond } from '../../../lib/link/kinds/bond.js'
import { createBridge } from '../../../lib/link/kinds/bridge.js'
import { createGeneve } from '../../../lib/link/kinds/geneve.js'
import { createMacvlan } from '../../../lib/link/kinds/macvlan.js'
import { createNetkit } from '../../../lib/link/kinds/netkit.js'
import { createVxlan } from '../../../lib/link/kinds/vxlan.js'
import type { BondPortChanges } from '../../../lib/link/ports/bond.js'
import type { BridgePortChanges } from '../../../lib/link/ports/bridge.js'
import { updateLink } from '../../../lib/link/update.js'
import { existing } from '../../support/links.js'
import { type Reasons, testFixtures } from '../../support/requests.js'

const portOf = (kind: string) => existing(66051, { name: 'eth0', master: 66053, port: { kind, data: {} } as never })
const bondPort = (port: BondPortChanges) => () => ({ op: updateLink.op('eth0', { port }), answer: portOf('bond') })
const bridgePort = (port: BridgePortChanges) => () => ({
  op: updateLink.op('eth0', { port }),
  answer: portOf('bridge'),
})
const bond = { name: 'bond1', mode: '802.3ad' } as const
const vxlan = { name: 'vx1', id: 66050 } as const

const text = (word: string) => Buffer.from(word).toString('hex')
/** The newest iproute2 ends the name of a kind with a zero byte, as the kernel takes it with or without. */
const ends: Reasons = Object.fromEntries(
  ['bond', 'bridge', 'geneve', 'macvlan', 'netkit', 'vxlan'].map((kind) => [
    `differs: 18.1 = ${text(kind)}, ip ${text(kind)}00`,
    'a zero byte behind the name of the kind',
  ]),
)
const slaveKind = 'a kind that no kernel has: newer ones would look for its module each time'
const portKind = 'the kind of the port where the kernel tells it, too'
const usual = "iproute2 sends what is the kernel's own choice"
const unless: Reasons = {
  ...ends,
  [`ip alone: 18.1 = ${text('bond_slave')}00`]: slaveKind,
  [`ip alone: 18.1 = ${text('bridge_slave')}00`]: slaveKind,
  [`ours alone: 18.4 = ${text('bond')}00`]: portKind,
  [`ours alone: 18.4 = ${text('bridge')}00`]: portKind,
  'ip alone: 18.2.3 = 00': usual,
  'ip alone: 18.2.4 = 00': usual,
  'ip alone: 18.2.7 = 01': usual,
  'ip alone: 18.2.11 = 00000000': usual,
}

describe('what the newest iproute2 sends for words that an older one does not know', () => {
  testFixtures('link-newest', {
    unless,
    same: {
      'ip link add name bond1 type bond mode 802.3ad coupled_control off': () =>
        createBond.op({ ...bond, coupledControl: false }),
      'ip link add name bond1 type bond mode 802.3ad lacp_strict on': () =>
        createBond.op({ ...bond, lacpStrict: true }),
      'ip link add name bond1 type bond mode 802.3ad broadcast_neighbor on': () =>
        createBond.op({ ...bond, broadcastNeighbour: true }),
      'ip link add name br1 type bridge stp_mode kernel': () => createBridge.op({ name: 'br1', stpMode: 'kernel' }),
      'ip link add name br1 type bridge fdb_max_learned 66051': () =>
        createBridge.op({ name: 'br1', fdbMaxLearned: 66051 }),
      'ip link add name gn1 type geneve id 66050 remote 10.4.5.6 local 10.1.2.3': () =>
        createGeneve.op({ name: 'gn1', id: 66050, remote: '10.4.5.6', local: '10.1.2.3' }),
      'ip link add name gn1 type geneve id 66050 remote 2001:db8:4:5::6 local 2001:db8:1:2::3': () =>
        createGeneve.op({ name: 'gn1', id: 66050, remote: '2001:db8:4:5::6', local: '2001:db8:1:2::3' }),
      'ip link add name nk0 type netkit mode l2': () => createNetkit.op({ name: 'nk0', mode: 'l2' }),
      'ip link add name nk0 type netkit blackhole scrub default peer blackhole scrub none name nk1': () =>
        createNetkit.op({
          name: 'nk0',
          policy: 'blackhole',
          scrub: 'default',
          peerPolicy: 'blackhole',
          peerScrub: 'none',
          peer: { name: 'nk1' },
        }),
      'ip link add name mv1 link eth0 type macvlan mode bridge bclim 66051': () =>
        createMacvlan.op({ name: 'mv1', link: 'eth0', mode: 'bridge', bcLim: 66051 }),
      'ip link add name vx1 type vxlan id 66050 nolocalbypass': () => createVxlan.op({ ...vxlan, localBypass: false }),
      'ip link add name vx1 type vxlan id 66050 mcroute': () => createVxlan.op({ ...vxlan, mcRoute: true }),
      'ip link add name vx1 type vxlan id 66050 reserved_bits 0x1234': () =>
        createVxlan.op({ ...vxlan, reservedBits: 0x1234n }),
      'ip link set dev eth0 gso_ipv4_max_size 4660': () => ({
        op: updateLink.op('eth0', { gsoIpv4MaxSize: 4660 }),
        answer: existing(66051, { name: 'eth0', gsoIpv4MaxSize: 4660 } as never),
      }),
      'ip link set dev eth0 gro_ipv4_max_size 22136': () => ({
        op: updateLink.op('eth0', { groIpv4MaxSize: 22136 }),
        answer: existing(66051, { name: 'eth0', groIpv4MaxSize: 22136 } as never),
      }),
      'ip link set eth0 type bond_slave actor_port_prio 4660': bondPort({ actorPortPrio: 4660 }),
      'ip link set eth0 type bridge_slave neigh_vlan_suppress on': bridgePort({ neighVlanSuppress: true }),
      'ip link set eth0 type bridge_slave locked on mab on': bridgePort({ locked: true, mab: true }),
      'ip link set eth0 type bridge_slave backup_nhid 66051': bridgePort({ backupNhid: 66051 }),
      'ip link set eth0 type bridge_slave neigh_forward_grat off': bridgePort({ neighForwardGrat: false }),
    },
  })
})
