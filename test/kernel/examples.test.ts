/** The programs of examples/ as their user runs them. */
import { expect, test } from 'vitest'
import { kindOf } from '../../lib/link/kinds/index.js'
import { printedBy } from '../support/child.js'
import { hasKind } from '../support/kernel-has.js'
import { files } from '../support/source.js'

/** The kind of link, of those that not every kernel has, that a program makes first. */
const needs: Readonly<Record<string, string>> = {
  'examples/ipip.ts': 'ipip',
  'examples/vrf-bridge.ts': 'vrf',
  'examples/vrf-multicast.ts': 'vrf',
  'examples/vrf-vxlan.ts': 'vrf',
}

const programs = files('examples', /^examples\/[^/]+\.ts$/)

test('there is a program for each of the eight topologies', () => {
  expect(programs).toHaveLength(8)
})

test.for(programs)('%s proves all of its paths, or says which option the kernel lacks', async (program) => {
  const kind = needs[program]
  const lacks = kind !== undefined && !(await hasKind(kind))
  const printed = printedBy(process.execPath, ['--import', 'tsx', program])
  if (lacks) {
    const sentence = `cannot create ${kind} link \\S+: .* this kernel has no kind ${kind} \\(${kindOf(kind)?.config}\\)`
    await expect(printed).rejects.toThrow(new RegExp(`^child ended with 1: ${sentence}\n$`))
    return
  }
  const results = [...(await printed).matchAll(/^(\d+)\/(\d+) paths work/gm)]
  expect(results).not.toHaveLength(0)
  for (const [, working, paths] of results) expect(working).toBe(paths)
})
