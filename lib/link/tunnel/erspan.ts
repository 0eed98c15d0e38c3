/** Rows that erspan and ip6erspan have in common, and what both refuse. */
import { enumeration } from '../../codec/enumeration.js'
import { be32, u8, u16, u32 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { attribute } from '../../codec/table.js'
import type { Values } from '../kind.js'
import { bothKeys, inKey, outKey } from './gre-flags.js'

/** Ten bits in a header of version 1 and 2. */
const session = be32({ max: 0x3ff })

export const erspanRows = {
  /** Session in both directions, 0 to 1023: `iKey` and `oKey`. `key` */
  key: bothKeys(session),
  /** Session that packets must have that come in; `null` is none, 0 is one. `ikey`, `noikey` */
  iKey: inKey(session),
  /**
   * Session of the packets that go out; `null` is none, 0 is one. Kernels tell 0 of a link of version 1 or 2 that has none
   * (erspan_fill_info). `okey`, `nookey`
   */
  oKey: outKey(session),
  /** Index of the mirrored port, 0 to 2^20-1; of version 1, others ignore it. `erspan` */
  erspanIndex: attribute('IFLA_GRE_ERSPAN_INDEX', 21, u32({ max: 0xf_ffff })),
  /** Direction of the mirrored traffic; of version 2, others ignore it. `erspan_dir` */
  erspanDir: attribute('IFLA_GRE_ERSPAN_DIR', 23, enumeration(u8({ max: 1 }), undefined, { ingress: 0, egress: 1 })),
  /** Engine that mirrors, 0 to 63; of version 2, others ignore it. `erspan_hwid` */
  erspanHwid: attribute('IFLA_GRE_ERSPAN_HWID', 24, u16({ max: 63 })),
}

/** Attributes that the kernel looks at in one version alone. */
const versionOf = { erspanIndex: 1, erspanDir: 2, erspanHwid: 2 } as const

/** The header of version 1 and 2 has a session and a sequence number, and nothing else (erspan_validate). */
function checkHeader(data: Readonly<Values>): void {
  const isSaid = (names: readonly string[], none: unknown) =>
    names.some((name) => data[name] !== undefined && data[name] !== none)
  const sequences = ['seq', 'iSeq', 'oSeq'] as const
  if (!isSaid(sequences, false))
    throw new Rejection('true (required for erspanVer 1 and 2; or iSeq, or oSeq)', data.seq).within('seq')
  if (!isSaid(['key', 'iKey', 'oKey'], null))
    throw new Rejection(
      'an integer from 0 to 1023 (required for erspanVer 1 and 2; or iKey, or oKey)',
      data.key,
    ).within('key')
  for (const name of ['csum', 'iCsum', 'oCsum'])
    if (data[name] === true) throw new Rejection('nothing: erspanVer 1 and 2 have no checksum', true).within(name)
}

/** In a change what is not said stays, and the kernel knows what that is. */
export function checkErspan(data: Readonly<Values>, when: 'create' | 'update'): void {
  const version = data.erspanVer ?? (when === 'create' ? 1 : undefined)
  for (const [name, only] of Object.entries(versionOf))
    if (version !== undefined && version !== only && data[name] !== undefined)
      throw new Rejection(`nothing: it is of erspanVer ${only}`, data[name]).within(name)
  if (when === 'create' && (data.external ?? false) === false && version !== 0) checkHeader(data)
}
