/** IFLA_XDP: the XDP programs of a link. */
import { enumeration, flags } from '../codec/enumeration.js'
import { s32, u8, u32 } from '../codec/integers.js'
import { attribute, attributes } from '../codec/table.js'

const attached = enumeration(u8(), 'XDP_ATTACHED', { none: 0, drv: 1, skb: 2, hw: 3, multi: 4 })

const xdpFlags = flags(u32(), 'XDP_FLAGS', {
  updateIfNoexist: 1,
  skbMode: 2,
  drvMode: 4,
  hwMode: 8,
  replace: 16,
})

export const xdpAttributes = attributes({
  /** Descriptor of the program to attach, loaded by whoever has it; -1 detaches. `xdp pinned FILE`, `xdp off` */
  fd: attribute('IFLA_XDP_FD', 1, s32({ min: -1 }), { writeOnly: true }),
  /** Where programs are: `'skb'` (generic), `'drv'` (driver), `'hw'` (offloaded), `'multi'` (more than one of them), `'none'`. */
  attached: attribute('IFLA_XDP_ATTACHED', 2, attached, { readOnly: true }),
  /** Where to attach or detach, and on what condition; absent: in the driver, or generic where it cannot. `xdpgeneric`, `xdpdrv`, `xdpoffload` */
  flags: attribute('IFLA_XDP_FLAGS', 3, xdpFlags, { writeOnly: true }),
  /** Number of the program, where one is attached. */
  progId: attribute('IFLA_XDP_PROG_ID', 4, u32(), { readOnly: true }),
  /** Number of the driver's program. */
  drvProgId: attribute('IFLA_XDP_DRV_PROG_ID', 5, u32(), { readOnly: true }),
  /** Number of the generic program. */
  skbProgId: attribute('IFLA_XDP_SKB_PROG_ID', 6, u32(), { readOnly: true }),
  /** Number of the offloaded program. */
  hwProgId: attribute('IFLA_XDP_HW_PROG_ID', 7, u32(), { readOnly: true }),
  /** Descriptor of the program that must be there, with the flag `'replace'`: else EEXIST. */
  expectedFd: attribute('IFLA_XDP_EXPECTED_FD', 8, s32({ min: -1 }), { writeOnly: true }),
})
