/** bpf: programs that see packets on the way. `encap bpf in obj … out obj … xmit obj …` */
import { u32 } from '../../codec/integers.js'
import { nested } from '../../codec/nest.js'
import { attribute, attributes, type InferResult, readOnly } from '../../codec/table.js'
import { text } from '../../codec/text.js'
import type { EncapType } from './type.js'

export const bpfHookAttributes = attributes({
  /** Descriptor of the program; the kernel does not tell it. */
  fd: attribute('LWT_BPF_PROG_FD', 1, u32(), readOnly),
  /** What its maker called it. */
  name: attribute('LWT_BPF_PROG_NAME', 2, text(255), readOnly),
})

export const bpfEncapAttributes = attributes({
  /** The program that sees packets to this machine. `in` */
  in: attribute('LWT_BPF_IN', 1, nested(bpfHookAttributes), readOnly),
  /** The program that sees packets before they are routed on. `out` */
  out: attribute('LWT_BPF_OUT', 2, nested(bpfHookAttributes), readOnly),
  /** The program that sees packets when they leave, and may put headers in front of them. `xmit` */
  xmit: attribute('LWT_BPF_XMIT', 3, nested(bpfHookAttributes), readOnly),
  /** Bytes that `xmit` may put in front, to 256. `headroom` */
  headroom: attribute('LWT_BPF_XMIT_HEADROOM', 4, u32(), readOnly),
})

/** Programs that see packets on the way. Only read: a program is loaded by bpf(2), with `ip route … encap bpf`. */
export interface BpfEncap extends InferResult<typeof bpfEncapAttributes> {
  readonly type: 'bpf'
}

export const bpf: EncapType<'bpf', typeof bpfEncapAttributes, never, BpfEncap> = {
  type: 'bpf',
  constant: 'LWTUNNEL_ENCAP_BPF',
  number: 6,
  attributes: bpfEncapAttributes,
  onlyRead: 'its programs take bpf(2)',
}
