/** Which addresses are meant by a listing or a flush. */
import { type Prefix, parsePrefix } from '../codec/prefix.js'
import { within } from '../codec/rejection.js'
import type { LinkRef } from '../link/link-ref.js'
import type { Family } from '../rtnetlink/family.js'
import { scope as scopes } from '../rtnetlink/scope.js'
import type { Address } from './address.js'
import { labelPattern } from './label.js'
import { protocol } from './message.js'
import { type SwitchFilter, switchFilter, switchNames } from './switches.js'

/**
 * Which addresses are meant: those for which all that is given holds. Of a switch, `true` is those that are so and `false` those
 * that are not (`-tentative` of `ip`). `secondary` and `temporary` are one flag, which IPv4 and IPv6 call differently; `primary` is its
 * opposite, and `dynamic` that of `permanent`.
 */
export interface AddressFilter extends SwitchFilter {
  readonly dev?: LinkRef | undefined
  readonly family?: Family | undefined
  /** `scope` */
  readonly scope?: Address['scope'] | undefined
  /** Of IPv4 addresses, the only ones that have a label: the whole of it, or a pattern with `*`, `?` and `[…]`. `label` */
  readonly label?: string | undefined
  /** In this prefix. `to` */
  readonly to?: string | undefined
  /** Who made it. `proto` */
  readonly proto?: Parameters<typeof protocol.toNumber>[0] | undefined
}

export const filterNames = ['dev', 'family', 'scope', 'label', 'to', 'proto', ...switchNames] as const

function isIn(address: Address, { family, bytes, length }: Prefix): boolean {
  if (address.family !== family) return false
  const own = parsePrefix(address.address).bytes
  return bytes.every((byte, i) => {
    const behind = 0xff >> Math.min(Math.max(length - 8 * i, 0), 8)
    return ((byte ^ (own[i] as number)) & ~behind) === 0
  })
}

/** All but `dev` and `family`, which the kernel looks at too. */
export function addressFilter(filter: AddressFilter): (address: Address) => boolean {
  const { label, to } = filter
  const scope = filter.scope === undefined ? undefined : within('scope', () => scopes.toNumber(filter.scope ?? 0))
  const proto = filter.proto === undefined ? undefined : within('proto', () => protocol.toNumber(filter.proto ?? 0))
  const fits = label === undefined ? undefined : within('label', () => labelPattern(label))
  const prefix = to === undefined ? undefined : within('to', () => parsePrefix(to))
  const isSo = switchFilter(filter)
  return (address) =>
    (scope === undefined || address.scope === scopes.fromNumber(scope)) &&
    // The kernel does not tell of 0.
    (proto === undefined || (address.proto ?? protocol.fromNumber(0)) === protocol.fromNumber(proto)) &&
    (fits === undefined || (address.label !== undefined && fits(address.label))) &&
    (prefix === undefined || isIn(address, prefix)) &&
    isSo(address)
}
