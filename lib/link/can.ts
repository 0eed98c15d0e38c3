/** What links of a CAN bus have in common: vcan and vxcan. */
import { Rejection } from '../codec/rejection.js'
import { refuse } from '../rtnetlink/options.js'
import type { Values } from './kind.js'

export const canAddresses = ['address', 'broadcast'] as const
/** Options that all links have and these do not. */
export type CanAddresses = (typeof canAddresses)[number]

/** CAN_MTU, CANFD_MTU, and CANXL_MIN_MTU to CANXL_MAX_MTU. */
const isMtu = (mtu: unknown) => mtu === 16 || mtu === 72 || (Number(mtu) >= 76 && Number(mtu) <= 2060)

/**
 * In a new link the kernel takes any MTU, and no notice of an address; in one that exists vcan_change_mtu and vxcan_change_mtu refuse
 * others.
 */
export function checkCan(common: Readonly<Values>): void {
  refuse(common, canAddresses, 'a CAN link has no address')
  if (common.mtu !== undefined && !isMtu(common.mtu))
    throw new Rejection('16 (CAN), 72 (CAN FD) or an integer from 76 to 2060 (CAN XL)', common.mtu).within('mtu')
}
