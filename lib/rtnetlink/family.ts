/** The address family in a message's structure. */
import type { IpFamily } from '../codec/addresses.js'
import { enumeration } from '../codec/enumeration.js'
import { u8 } from '../codec/integers.js'
import { Rejection } from '../codec/rejection.js'
import { AF_BRIDGE, AF_INET, AF_INET6, AF_MPLS, AF_UNSPEC, RTNL_FAMILY_IP6MR, RTNL_FAMILY_IPMR } from './constants.js'

export const family = enumeration(u8(), 'AF', {
  unspec: AF_UNSPEC,
  inet: AF_INET,
  bridge: AF_BRIDGE,
  inet6: AF_INET6,
  mpls: AF_MPLS,
  ipmr: [RTNL_FAMILY_IPMR, 'RTNL_FAMILY_IPMR'],
  ip6mr: [RTNL_FAMILY_IP6MR, 'RTNL_FAMILY_IP6MR'],
})

/** IPv4 or IPv6. */
export type Family = IpFamily

/** Checks a `family` filter: absent is both. */
export function familyFilter(value: unknown): Family | 'unspec' {
  if (value === undefined) return 'unspec'
  if (value === 'inet' || value === 'inet6') return value
  throw new Rejection("'inet' or 'inet6'", value).within('family')
}
