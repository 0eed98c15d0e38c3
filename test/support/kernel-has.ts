/** What the running kernel has, found out by `ip`, and skips that say what it lacks. */
import { isKernelError } from '../../lib/errors.js'
import { kindOf } from '../../lib/link/kinds/index.js'
import { type ProgramError, run } from './programs.js'

interface Skippable {
  skip(note?: string): never
}

/** Without these `ip` itself refuses, before it asks the kernel. */
const words: Readonly<Record<string, string>> = {
  bareudp: 'dstport 4660 ethertype ipv4',
  geneve: 'external',
  vxlan: 'external',
}

async function probe(kind: string): Promise<boolean> {
  const more = words[kind]?.split(' ') ?? []
  try {
    // A namespace of its own, which ends with the program.
    await run(['unshare', '--net', 'ip', 'link', 'add', 'name', 'probe', 'type', kind, ...more])
    return true
  } catch (error) {
    const { stderr } = error as ProgramError
    // Whatever else it complains of, it knows the kind.
    return !/unknown device type|operation not supported/i.test(stderr)
  }
}

const known = new Map<string, Promise<boolean>>()

/** Whether the kernel can make links of the kind; asks for its module. */
export function hasKind(kind: string): Promise<boolean> {
  const answer = known.get(kind) ?? probe(kind)
  known.set(kind, answer)
  return answer
}

/** Skips the test where the kernel lacks one of the kinds; the reason names the kind and the option that has it. */
export async function requireKinds(context: Skippable, ...kinds: readonly string[]): Promise<void> {
  for (const kind of kinds)
    if (!(await hasKind(kind))) context.skip(`this kernel has no ${kind} links (${kindOf(kind)?.config ?? kind})`)
}

const unknown = /^(unknown (attribute|flag)|reserved bit set)/i

/** Catches what the kernel refuses because it does not know it: skips the test, for want of `what`. */
export const skipUnknown =
  (context: Skippable, what: string) =>
  (error: unknown): never => {
    const isUnknown = isKernelError(error, 'EINVAL') && unknown.test(error.kernelMessage ?? '')
    // Or what we refuse for want of it, where the kernel would pass over it.
    if (isUnknown || (isKernelError(error, 'EOPNOTSUPP') && error.message.includes(`this kernel has no ${what}`)))
      context.skip(`this kernel has no ${what}`)
    throw error
  }
