/** What the kernel's headers, as installed or elsewhere, say to assertions about constants and structures. */
import { spawnSync } from 'node:child_process'
import type { KernelNames } from './kernel-names.js'

const headers = [
  'stddef.h', 'sys/socket.h', 'linux/types.h', 'linux/in.h', 'linux/in6.h', 'linux/icmpv6.h', 'linux/netlink.h', 'linux/rtnetlink.h', 'linux/if.h', 'linux/if_link.h', 'linux/if_addr.h',
  'linux/if_bonding.h', 'linux/if_bridge.h', 'linux/if_ether.h', 'linux/if_macsec.h', 'linux/if_tun.h', 'linux/if_tunnel.h', 'linux/if_vlan.h', 'linux/ip6_tunnel.h', 'linux/neighbour.h', 'linux/net_namespace.h', 'linux/nexthop.h', 'linux/fib_rules.h', 'linux/netconf.h', 'linux/mpls.h',
  'linux/lwtunnel.h', 'linux/mpls_iptunnel.h', 'linux/seg6_iptunnel.h', 'linux/seg6_local.h', 'linux/rpl_iptunnel.h', 'linux/ioam6_iptunnel.h', 'linux/ila.h',
  'linux/veth.h', 'linux/can/vxcan.h', 'linux/in_route.h', 'linux/ip.h', 'linux/ipv6.h', 'linux/devlink.h', 'linux/dpll.h', 'linux/pkt_sched.h', 'linux/gen_stats.h',
] // biome-ignore format: a list of names reads better in rows

/** A header that these do not have yet leaves its names unknown. */
const prelude = headers.flatMap((header) => [`#if __has_include(<${header}>)`, `#include <${header}>`, '#endif'])

export interface Verdict {
  /** Names that the headers do not have: constants, `struct x`, `struct x.member`. */
  readonly unknown: string[]
  /** Assertions that they contradict. */
  readonly wrong: string[]
  /** What else the compiler complains about. */
  readonly other: string[]
}

interface Assertion {
  /** What is missing where the compiler does not know a name. */
  readonly name: string
  readonly says: string
  readonly code: string
}

function assertions({ constants, structs }: KernelNames): Assertion[] {
  const ofConstants = [...constants].flatMap(([name, numbers]) =>
    [...numbers].map(([number, origin]) => ({
      name,
      says: `${name} is ${number} (${origin})`,
      // Of a number 32 bits are compared: an enumeration's highest bit is negative in C.
      code:
        typeof number === 'bigint'
          ? `_Static_assert((__u64)(${name}) == ${number}u, "");`
          : `_Static_assert((__u32)(${name}) == ${number >>> 0}u, "");`,
    })),
  )
  const ofStructs = [...structs].flatMap(([struct, { size, members }]) => [
    ...[...members].map(([member, offset]) => ({
      name: `struct ${struct}.${member}`,
      says: `struct ${struct}.${member} is at ${offset}`,
      code: `_Static_assert(offsetof(struct ${struct}, ${member}) == ${offset}, "");`,
    })),
    {
      name: `struct ${struct}`,
      says: `struct ${struct} has ${size} bytes`,
      code: `_Static_assert(sizeof(struct ${struct}) == ${size}, "");`,
    },
  ])
  return [...ofConstants, ...ofStructs]
}

/** `include`: a directory to look in before /usr/include. One run of the compiler, one assertion a line. */
export function askHeaders(names: KernelNames, include?: string): Verdict {
  const all = assertions(names)
  const source = [...prelude, ...all.map(({ code }) => code)].join('\n')
  const own = include === undefined ? [] : [`-I${include}`, `-I${include}/x86_64-linux-gnu`]
  const args = ['-x', 'c', '-std=gnu11', '-fsyntax-only', '-fmax-errors=0', '-fdiagnostics-color=never', ...own, '-']
  const { stderr, error } = spawnSync('gcc', args, {
    input: source,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 2 ** 26,
  })
  if (error) throw error
  const verdict: Verdict = { unknown: [], wrong: [], other: [] }
  for (const line of stderr.split('\n').filter((text) => /\b(fatal )?error: /.test(text))) {
    const position = /^<stdin>:(\d+):/.exec(line)
    const assertion = all[Number(position?.[1] ?? 0) - prelude.length - 1]
    if (assertion === undefined) verdict.other.push(line)
    else if (line.includes('static assertion failed')) verdict.wrong.push(assertion.says)
    else if (/undeclared|undefined type|incomplete type|has no member/.test(line)) verdict.unknown.push(assertion.name)
    // "expression in static assertion is not an integer" follows an undeclared name.
    else if (!line.includes('in static assertion is not')) verdict.other.push(`${assertion.says}: ${line}`)
  }
  const incomplete = new Set(verdict.unknown.map((name) => name.split('.')[0]))
  // A structure that has grown since: its new members are what is unknown, and its size follows from them.
  const wrong = verdict.wrong.filter((says) => !incomplete.has(says.replace(/ has \d+ bytes$/, '')))
  return { ...verdict, unknown: [...new Set(verdict.unknown)].sort(), wrong }
}
