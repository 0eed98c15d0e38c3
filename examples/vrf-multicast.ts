/**
 * T4: a bridge that is stretched over three nodes, which find each other by multicast; in a VRF of each.
 *
 *     container 172.18.1.2       172.18.1.3       172.18.1.4
 *         │                         │                │
 *        br0 ──── vrf0             br0              br0
 *         │                         │                │
 *       vxlan0 ════ VNI 42 ═══════ vxlan0 ═══════ vxlan0             UDP 4789, group 224.1.1.1
 *         │                         │                │
 *       eth0 ─────────────────── switch ───────────────              192.168.57.{50,54,58}
 *
 * No node knows another one beforehand: what a VXLAN has not learned it sends to the group, which it joins as it comes up.
 *
 * The switch is a bridge as the kernel makes it, and need not be told of the group. It snoops on memberships, but as long as
 * nobody on the network asks for them (no querier) it knows that it cannot know them all, and floods. In a network with a
 * querier it would forward to those who joined, which every node has.
 */
import type { Lab } from './lab/lab.js'
import { isMain, run, type Topology } from './lab/run.js'
import { vrfBridges } from './lab/vrf-bridges.js'

export const vrfMulticast: Topology = {
  title: 'T4: multicast VXLAN of three nodes, in a VRF',
  about: 'Three nodes on a switch, a container at a bridge in each; they find each other by a multicast group.',
  build: (lab: Lab) => vrfBridges(lab, [50, 54, 58], () => ({ group: '224.1.1.1', dev: 'eth0' })),
}

if (isMain(import.meta.url)) await run(vrfMulticast)
