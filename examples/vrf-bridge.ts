/**
 * T3: a bridge that is stretched over two nodes, in a VRF of each.
 *
 *     container 172.18.1.2                container 172.18.1.3
 *         │                                   │
 *       veth0                               veth0
 *         │                                   │
 *        br0 ──── vrf0, table 10             br0 ──── vrf0, table 10
 *         │                                   │
 *       vxlan0 ════════ VNI 42 ═════════════ vxlan0                  UDP 4789
 *         │                                   │
 *       eth0 ─────────── switch ─────────── eth0                     192.168.57.{50,54}
 *
 * Each VXLAN has the other node for what it has not learned (the all-zero FDB entry), and learns the rest from what comes in.
 */
import type { Lab } from './lab/lab.js'
import { isMain, run, type Topology } from './lab/run.js'
import { underlay, vrfBridges } from './lab/vrf-bridges.js'

export const vrfBridge: Topology = {
  title: 'T3: VXLAN, bridge and container, in a VRF',
  about: 'Two nodes on a switch, a container at a bridge in each; a VXLAN makes one network of the two bridges.',
  build: (lab: Lab) => vrfBridges(lab, [50, 54], (number) => ({ remote: underlay(number === 50 ? 54 : 50) })),
}

if (isMain(import.meta.url)) await run(vrfBridge)
