/** ila: identifier-locator addressing, which overwrites the upper half of the IPv6 destination. `encap ila 2001:db8:1:2` */
import { type FixedCodec, requireLength } from '../../codec/codec.js'
import { enumeration } from '../../codec/enumeration.js'
import { u8 } from '../../codec/integers.js'
import { IPV6_BYTES, parseIpv6Into } from '../../codec/ip.js'
import { Rejection } from '../../codec/rejection.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { required } from '../options.js'
import type { EncapType } from './type.js'

const LOCATOR_BYTES = 8
const locatorText = /^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){3}$/i

/** 64 bits in network order, as the first four groups of an IPv6 address. */
const locator: FixedCodec<string> = {
  size: LOCATOR_BYTES,
  expected: "the first half of an IPv6 address, such as '2001:db8:1:2'",
  write(writer, value) {
    const whole = new Uint8Array(IPV6_BYTES)
    if (typeof value !== 'string' || !locatorText.test(value) || !parseIpv6Into(`${value}::`, whole, 0))
      throw new Rejection(locator.expected, value)
    writer.raw(whole.subarray(0, LOCATOR_BYTES))
  },
  read({ view }, start, end) {
    requireLength(start, end, LOCATOR_BYTES)
    return Array.from({ length: 4 }, (_, i) => view.getUint16(start + 2 * i).toString(16)).join(':')
  },
}

export const ilaEncapAttributes = attributes(
  {
    /** Upper half of the destination that packets get: `'2001:db8:1:2'`. */
    locator: attribute('ILA_ATTR_LOCATOR', 1, locator),
    /** What becomes of the checksum. `csum-mode` */
    csumMode: attribute(
      'ILA_ATTR_CSUM_MODE',
      7,
      enumeration(u8(), 'ILA_CSUM', {
        adjTransport: [0, 'ILA_CSUM_ADJUST_TRANSPORT'],
        neutralMap: 1,
        noAction: 2,
        neutralMapAuto: 3,
      }),
    ),
    /** What kind of identifier the lower half is; `'useFormat'`: it says so itself. `ident-type` */
    identType: attribute(
      'ILA_ATTR_IDENT_TYPE',
      8,
      enumeration(u8(), 'ILA_ATYPE', {
        iid: 0,
        luid: 1,
        virtV4: 2,
        virtUniV6: 3,
        virtMultiV6: 4,
        nonlocalAddr: 5,
        useFormat: 32,
      }),
    ),
    /** When it is done: on the way `'output'` or `'input'`. `hook-type` */
    hookType: attribute(
      'ILA_ATTR_HOOK_TYPE',
      9,
      enumeration(u8(), 'ILA_HOOK', { output: [0, 'ILA_HOOK_ROUTE_OUTPUT'], input: [1, 'ILA_HOOK_ROUTE_INPUT'] }),
    ),
  },
  { ILA_ATTR_PAD: 6 },
)

/** `ip -6 route add 3333:0:0:1::/64 encap ila 2001:db8:1:2 via fe80::2 dev eth0` */
export interface IlaEncapOptions extends Infer<typeof ilaEncapAttributes> {
  readonly type: 'ila'
  readonly locator: string
}
/** Another upper half of the IPv6 destination. */
export interface IlaEncap extends InferResult<typeof ilaEncapAttributes> {
  readonly type: 'ila'
}

export const ila: EncapType<'ila', typeof ilaEncapAttributes, IlaEncapOptions, IlaEncap> = {
  type: 'ila',
  constant: 'LWTUNNEL_ENCAP_ILA',
  number: 3,
  attributes: ilaEncapAttributes,
  check: (options) => void required(options, 'locator', locator.expected),
}
