/** Rows that tunnels of IPsec by mark have in common: vti, vti6 (IFLA_VTI_…). */
import { u32 } from '../../codec/integers.js'
import { attribute, attributeParts } from '../../codec/table.js'
import { linkRef } from '../index-codec.js'
import { tunnelKey } from './key.js'

type KeyIn = number | string
const iKey = { constant: 'IFLA_VTI_IKEY', number: 2, codec: tunnelKey } as const
const oKey = { constant: 'IFLA_VTI_OKEY', number: 3, codec: tunnelKey } as const

export const vtiRows = {
  /** The link that the outer packets leave by. `dev` */
  dev: attribute('IFLA_VTI_LINK', 1, linkRef),
  /** Both `iKey` and `oKey`. `key` */
  key: attributeParts<KeyIn, number, { readonly writeOnly: true; readonly covers: readonly ['iKey', 'oKey'] }>(
    [iKey, oKey],
    { writeOnly: true, covers: ['iKey', 'oKey'] },
  ),
  /** Mark of the policies and states for what comes in: a number, or a dotted quad; 0 is none. `ikey` */
  iKey: attributeParts<KeyIn, number>([iKey]),
  /** Mark of the policies and states for what goes out: a number, or a dotted quad; 0 is none. `okey` */
  oKey: attributeParts<KeyIn, number>([oKey]),
  /** Firewall mark of the outer packets. `fwmark` */
  fwmark: attribute('IFLA_VTI_FWMARK', 6, u32()),
}
