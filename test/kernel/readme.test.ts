/** The blocks of the README that are marked `ts run` do run, in a namespace that is theirs, with an `eth0`. */
import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { codeBlocks } from '../support/markdown.js'
import { testNamespace } from '../support/namespace.js'
import { root } from '../support/source.js'

const run = promisify(execFile)

test.each(codeBlocks('README.md').filter(({ marks }) => marks.includes('run')))(
  'the block at line $line runs',
  async ({ line, code }) => {
    const netns = await testNamespace(['link add eth0 type veth peer name other', 'link set lo up', 'link set eth0 up'])
    await netns.ip('link set other up')
    await netns.ip('address add 10.0.0.230/24 dev eth0')
    // Inside the package, so that `rtnetlink` means what was built.
    const file = join(root, `.readme-${process.pid}-${line}.ts`)
    onTestFinished(() => rmSync(file))
    writeFileSync(file, code)
    const { stderr } = await run('ip', ['netns', 'exec', netns.name, process.execPath, '--import', 'tsx', file], {
      cwd: root,
    })
    expect(stderr).toBe('')
  },
)
