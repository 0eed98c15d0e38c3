/** The kernels that live tests run on. */
import type { Machine } from './guest.js'
import { qemu } from './qemu.js'
import { uml } from './uml.js'

export interface Kernel {
  readonly name: string
  /** Absent: the machine's own. */
  readonly machine?: Machine
}

export const host: Kernel = { name: 'host' }
export const uml61: Kernel = { name: 'UML 6.1', machine: uml }
export const newest: Kernel = { name: 'QEMU 7', machine: qemu('trixie-backports', 'linux-image-cloud-amd64') }

/** All of them, the oldest first. */
export const matrix: readonly Kernel[] = [
  { name: 'QEMU 5.10', machine: qemu('bullseye-security', 'linux-image-cloud-amd64') },
  uml61,
  { name: 'QEMU 6.1', machine: qemu('bookworm', 'linux-image-cloud-amd64') },
  { name: 'QEMU 6.12', machine: qemu('bookworm-security', 'linux-image-6.12-cloud-amd64') },
  host,
  newest,
]

/** A kernel as one writes it on a command line: `uml-6.1`. */
export const wordFor = ({ name }: Kernel): string => name.toLowerCase().replace(' ', '-')

/** What no kernel of Debian has, so that there is nothing to try it on → why. All else has to run somewhere. */
export const unavailable: readonly { readonly file: string; readonly why: string }[] = [
  { file: 'test/kernel/kinds/bareudp.test.ts', why: 'Debian builds no kernel with CONFIG_BAREUDP' },
  {
    file: 'test/kernel/route-encap-ioam6.test.ts',
    why: 'Debian builds no kernel with CONFIG_IPV6_IOAM6_LWTUNNEL',
  },
]
