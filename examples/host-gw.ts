/**
 * T5: host-gw. No tunnel: each node is the gateway to its own containers.
 *
 *     172.245.0.2 ── br245 ── node-245 ═══ switch ═══ node-246 ── br246 ── 172.246.0.2
 *                           192.168.32.245          192.168.32.246
 */
import { addRoute } from 'rtnetlink'
import type { Lab } from './lab/lab.js'
import { type Built, isMain, run, type Topology } from './lab/run.js'
import { twoNodes } from './lab/two-nodes.js'

async function build(lab: Lab): Promise<Built> {
  const sites = await twoNodes(lab)
  for (const [self, other] of [sites, [...sites].reverse()] as const) {
    await addRoute({ dst: other.network, via: other.underlay, dev: 'eth0', onlink: true }, self.node.where)
  }
  return { sample: sites[0].node, endpoints: sites.map(({ container }) => container) }
}

export const hostGw: Topology = {
  title: 'T5: host-gw, two nodes as gateways',
  about: 'Two nodes on a switch, a container behind a bridge in each; each node is the gateway to its own container.',
  build,
}

if (isMain(import.meta.url)) await run(hostGw)
