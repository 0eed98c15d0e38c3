/** Options that an older kernel would take and do nothing: it passes over attributes that it does not know. */
import type { KernelErrorDetails } from '../errors.js'
import { owedError } from '../netlink/owed-error.js'
import type { Values } from './kind.js'
import type { LinkBase } from './link.js'
import { linkAttributes } from './message.js'

/** Kernels that know them tell them of every link (rtnl_fill_ifinfo): Linux 5.19 and 6.3. */
const alwaysTold = ['groMaxSize', 'gsoIpv4MaxSize', 'groIpv4MaxSize'] as const

/** Throws where `link`, as this kernel tells it, has no such attribute as is wanted. */
export function requireTold(
  doing: string,
  wanted: Values,
  link: LinkBase,
  partly?: Pick<KernelErrorDetails, 'applied' | 'appliedOptions'>,
): void {
  for (const name of alwaysTold) {
    if (wanted[name] === undefined || link[name] !== undefined) continue
    const constant = linkAttributes.rows[name].attributes[0]?.constant
    throw owedError('RTM_NEWLINK', 'EOPNOTSUPP', `cannot ${doing}: this kernel has no ${name} (${constant})`, partly)
  }
}
