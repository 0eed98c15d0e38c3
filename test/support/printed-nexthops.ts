/** Our next hop objects in the form in which `ip -d -j nexthop` prints them. */
import type { NexthopObject } from '../../lib/nexthop/nexthop.js'

/** Words without an argument. */
const word = (name: string, said: boolean) => (said ? { [name]: null } : {})

function group({ group, type, buckets, idleTimer, unbalancedTimer, unbalancedTime }: NexthopObject) {
  if (group === undefined) return {}
  return {
    group: group.map(({ id, weight }) => ({ id, ...(weight !== 1 && { weight }) })),
    ...(type !== 'mpath' && { type }),
    ...(buckets !== undefined && {
      resilient_args: {
        buckets,
        idle_timer: idleTimer,
        unbalanced_timer: unbalancedTimer,
        unbalanced_time: unbalancedTime,
      },
    }),
  }
}

/** `names`: index → name. */
export function printedNexthop(
  one: NexthopObject,
  names: ReadonlyMap<number, string>,
): Readonly<Record<string, unknown>> {
  const { id, via, dev, scope, proto, blackhole, fdb, flags } = one
  return {
    id,
    ...group(one),
    ...(via !== undefined && { gateway: via }),
    ...(dev !== undefined && { dev: names.get(dev) }),
    scope: String(scope),
    ...word('blackhole', blackhole),
    protocol: String(proto),
    flags: [...flags],
    ...word('fdb', fdb),
  }
}
