/** A rule as `ip -d -j rule` prints it. */
import type { Rule } from '../../lib/rule/rule.js'

/** As printf has it with "%#x". */
const hex = (value: number) => (value === 0 ? '0' : `0x${value.toString(16)}`)

function prefix(value: string | undefined, name: 'src' | 'dst') {
  if (value === undefined) return name === 'src' ? { src: 'all' } : {}
  const [address, length] = value.split('/')
  const isHost = length === (value.includes(':') ? '128' : '32')
  return { [name]: address, ...(!isHost && { [`${name}len`]: Number(length) }) }
}

const range = (value: number | { first: number; last: number }) =>
  typeof value === 'number' ? { first: value, last: value } : value

/** Ports; a newer iproute2 prints the mask that the kernel tells, a single port's always. */
function ports(name: 'sport' | 'dport', rule: Rule) {
  const value = rule[name]
  const mask = rule[`${name}Mask`]
  if (value === undefined) return {}
  if (typeof value === 'object') return { [`${name}_start`]: value.first, [`${name}_end`]: value.last }
  return { [name]: value, ...(mask !== undefined && { [`${name}_mask`]: hex(mask) }) }
}

/** What becomes of the packet, but for a look-up. */
function become(action: Rule['action'], goto: number | undefined) {
  if (action === 'goto') return { goto }
  return action === 'lookup' ? {} : action === 'nop' ? { nop: null } : { action }
}

export function printedRule(rule: Rule): object {
  const { priority, not, tos, fwmark, fwmask, iif, oif, l3mdev, uidrange, ipproto, tunId, flags } = rule
  const { action, table, goto, suppressPrefixlength, suppressIfgroup, realms, proto } = rule
  const users = uidrange === undefined ? undefined : range(uidrange)
  return {
    priority,
    ...(not && { not: null }),
    ...prefix(rule.from, 'src'),
    ...prefix(rule.to, 'dst'),
    ...(tos !== undefined && { tos: hex(tos) }),
    ...(fwmark !== undefined && { fwmark: hex(fwmark), ...(fwmask !== undefined && { fwmask: hex(fwmask) }) }),
    ...(iif !== undefined && { iif, ...(flags.includes('iifDetached') && { iif_detached: null }) }),
    ...(oif !== undefined && { oif, ...(flags.includes('oifDetached') && { oif_detached: null }) }),
    ...(l3mdev && { l3mdev: null }),
    ...(users && { uid_start: users.first, uid_end: users.last }),
    ...(ipproto !== undefined && { ipproto: typeof ipproto === 'number' ? `ipproto-${ipproto}` : ipproto }),
    ...ports('sport', rule),
    ...ports('dport', rule),
    ...(tunId !== undefined && { tun_id: Number(tunId) }),
    ...(table !== undefined && { table: String(table) }),
    ...(suppressPrefixlength !== undefined && { suppress_prefixlen: suppressPrefixlength }),
    ...(suppressIfgroup !== undefined && { suppress_ifgroup: String(suppressIfgroup) }),
    ...(realms && { flow_from: String(realms.from ?? 0), flow_to: String(realms.to) }),
    ...become(action, goto),
    ...(flags.includes('unresolved') && { unresolved: null }),
    protocol: String(proto),
  }
}
