/** Encapsulations in live tests: what kernels have them, and how `ip` prints them. */
import { isKernelError } from '../../lib/errors.js'
import type { EncapOptions } from '../../lib/rtnetlink/encap/encap.js'
import { run } from './programs.js'

interface Skippable {
  skip(note?: string): never
}

const options: Readonly<Record<EncapOptions['type'], string>> = {
  mpls: 'module mpls_iptunnel, CONFIG_MPLS_IPTUNNEL',
  ip: 'CONFIG_LWTUNNEL',
  ip6: 'CONFIG_LWTUNNEL',
  ila: 'module ila, CONFIG_IPV6_ILA',
  seg6: 'CONFIG_IPV6_SEG6_LWTUNNEL',
  seg6local: 'CONFIG_IPV6_SEG6_LWTUNNEL',
  rpl: 'CONFIG_IPV6_RPL_LWTUNNEL',
  ioam6: 'CONFIG_IPV6_IOAM6_LWTUNNEL',
  xfrm: 'module xfrm_interface, CONFIG_XFRM_INTERFACE',
  other: 'CONFIG_LWTUNNEL',
}

/** Catches what the kernel refuses because it does not know the encapsulation: skips the test. */
export const skipEncap =
  (context: Skippable, type: EncapOptions['type']) =>
  (error: unknown): never => {
    if (isKernelError(error, 'EOPNOTSUPP') && /encapsulation type not supported/.test(error.kernelMessage ?? ''))
      context.skip(`this kernel has no ${type} encapsulation (${options[type]})`)
    throw error
  }

/** Modules that nothing loads by itself; where there is none, those that need it skip. */
export async function loadModules(...names: readonly string[]): Promise<void> {
  for (const name of names) await run(['modprobe', '-q', name]).catch(() => undefined)
}

/** What `ip route` prints of each encapsulation, by destination: `mpls 258/513 ttl 66`. */
export function printedEncaps(text: string): ReadonlyMap<string, string> {
  // Options of a tunnel stand on a line of their own.
  const lines = text
    .replaceAll(/\n\s+/g, ' ')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' '))
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const match = /^unicast (\S+) encap (.*?)(?: via \S+)?(?: dev \S+)? proto /.exec(line)
      return match === null ? [] : [[match[1] ?? '', match[2] ?? '']]
    }),
  )
}
