/** Our routes in the form in which `ip -d -j route` prints them. */
import type { RouteMetrics } from '../../lib/route/metrics.js'
import type { Nexthop, Route } from '../../lib/route/route.js'

/** Index → name. */
type Names = ReadonlyMap<number, string>

const bare = (dst: string) => dst.replace(dst.includes(':') ? '/128' : '/32', '')

/** Of a flag: ip's word. */
const flagWords: Readonly<Record<string, string>> = {
  rtOffload: 'rt_offload',
  rtTrap: 'rt_trap',
  rtOffloadFailed: 'rt_offload_failed',
}

function gateway({ via }: { readonly via?: string }, family: Route['family']) {
  if (via === undefined) return {}
  const own = via.includes(':') ? 'inet6' : 'inet'
  return own === family ? { gateway: via } : { via: { family: own, host: via } }
}

function printedHop({ dev, weight, flags, ...hop }: Nexthop, family: Route['family'], names: Names) {
  return { ...gateway(hop, family), dev: names.get(dev), weight, flags: flags.map((flag) => flagWords[flag] ?? flag) }
}

const featureBits: Readonly<Record<string, number>> = { ecn: 1, sack: 2, timestamp: 4, allfrag: 8, tcpUsecTs: 16 }

/** JSON has no locks, no fractions, and a name for one feature only. */
function printedMetrics(metrics: RouteMetrics) {
  const { lock: _lock, unknown: _unknown, rtt, rttvar, features, rtoMin, quickack, congctl, ...same } = metrics
  const { fastopenNoCookie, ...others } = same
  const bits = features?.reduce<number>((sum, name) => sum | (featureBits[name] as number), 0)
  return {
    ...others,
    ...(rtt !== undefined && { rtt: Math.trunc(rtt) }),
    ...(rttvar !== undefined && { rttvar: Math.trunc(rttvar) }),
    ...(features?.includes('ecn') && { ecn: null }),
    ...(bits !== undefined && bits > 1 && { features: `0x${bits.toString(16)}` }),
    ...(rtoMin !== undefined && { rto_min: rtoMin }),
    ...(quickack !== undefined && { quickack: Number(quickack) }),
    ...(congctl !== undefined && { congestion: congctl }),
    ...(fastopenNoCookie !== undefined && { fastopen_no_cookie: Number(fastopenNoCookie) }),
  }
}

export function printedRoute(route: Route, names: Names): Readonly<Record<string, unknown>> {
  const { dst, from, type, table, proto, scope, tos, src, dev, flags, nexthops, metrics, realms, ...rest } = route
  const { metric, nhid, expires, pref, iif, uid } = rest
  return {
    type,
    dst: bare(dst),
    ...(from !== undefined && { from: bare(from) }),
    ...(tos !== undefined && { tos: `0x${tos.toString(16)}` }),
    ...(nhid !== undefined && { nhid }),
    ...gateway(route, route.family),
    ...(dev !== undefined && { dev: names.get(dev) }),
    table: String(table),
    protocol: String(proto),
    scope: String(scope),
    ...(src !== undefined && { prefsrc: src }),
    ...(metric !== undefined && { metric }),
    flags: flags.map((flag) => flagWords[flag] ?? flag),
    ...(realms !== undefined && { flow: { from: String(realms.from ?? 0), to: String(realms.to) } }),
    ...(metrics !== undefined && { metrics: [printedMetrics(metrics)] }),
    ...(expires !== undefined && { expires }),
    ...(pref !== undefined && { pref }),
    ...(iif !== undefined && { iif: names.get(iif) }),
    ...(uid !== undefined && { uid }),
    ...(nexthops !== undefined && { nexthops: nexthops.map((hop) => printedHop(hop, route.family, names)) }),
  }
}
