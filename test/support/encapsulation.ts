/** UDP around tunnels: modules that nothing loads by itself, and a proof through `ip`. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, expect, type TestContext, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import type { AnyLinkKind } from '../../lib/link/kind.js'
import type { Verb } from '../../lib/netlink/verb.js'
import { stageOf } from './kind-rows.js'

/** Where it can be had. */
export const fouOption = 'modules fou and fou6, CONFIG_NET_FOU_IP_TUNNELS'

/** Before the tests of a file; where there is no such module, those that need it skip. */
export function loadEncapsulations(): void {
  beforeAll(async () => {
    for (const module of ['fou', 'fou6']) await promisify(execFile)('modprobe', [module]).catch(() => undefined)
  })
}

/** All that is said of an encapsulation is what `ip -d -j` shows. */
export function testEncapsulation(
  kind: AnyLinkKind,
  // biome-ignore lint/suspicious/noExplicitAny: whatever options the kind takes
  create: Verb<[options: any], unknown>,
  bare: object,
): void {
  const on = stageOf(kind)
  test(`${kind.kind}: encapsulation as ip shows it`, async (context: TestContext) => {
    const { namespace, where } = await on(context)
    const options = { encap: 'gue', encapSport: 4660, encapDport: 22136, encapFlags: ['csum', 'remCsum'] }
    try {
      await create({ name: 'kx', ...bare, ...options }, where)
    } catch (error) {
      if (isKernelError(error, 'EINVAL')) context.skip(`this kernel has no encap of ${kind.kind} links (${fouOption})`)
      throw error
    }
    const [shown] = await namespace.show('link show dev kx')
    expect(shown.linkinfo.info_data.encap).toEqual({
      type: 'gue',
      sport: 4660,
      dport: 22136,
      csum: true,
      csum6: false,
      remcsum: true,
    })
  })
}
