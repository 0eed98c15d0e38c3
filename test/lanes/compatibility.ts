/** Test × kernel, as a table of Markdown and as a page for users. */
import { basename } from 'node:path'
import { type Coverage, coverage, type Lane } from './coverage.js'
import { isLive } from './report.js'

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const

const escaped = (text: string) => text.replace(/[|\\<>*_`[\]{}]/g, (mark) => `\\${mark}`).replace(/\n/g, ' ')
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const heading = (first: string, lanes: readonly Lane[]) => [
  row([first, ...lanes.map(({ name }) => name)]),
  row(['---', ...lanes.map(() => ':-:')]),
]
const cells = ({ on }: Coverage, lanes: readonly Lane[]) =>
  lanes.map(({ name }) => marks[on.get(name)?.state ?? 'skipped'])

/** One row a test, file by file. */
export function table(lanes: readonly Lane[]): string {
  const all = coverage(lanes)
  const files = [...new Set(all.map(({ file }) => file))]
  return files
    .map((file) => {
      const own = all.filter((one) => one.file === file)
      const rows = own.map((one) => row([escaped(one.name), ...cells(one, lanes)]))
      return [
        `### ${file.replace(/^test\/kernel\//, '').replace(/\.test\.ts$/, '')}`,
        '',
        ...heading('test', lanes),
        ...rows,
      ].join('\n')
    })
    .join('\n\n')
}

/** Of a kind's file: whether the kernel has the kind at all, and how many of its tests ran there. */
function kindCell(own: readonly Coverage[], lane: string): string {
  const states = own.map(({ on }) => on.get(lane))
  const lacking = states.find((record) => /^this kernel has no \S+ links/.test(record?.reason ?? ''))
  if (lacking !== undefined) return '–'
  const skipped = states.filter((record) => record?.state === 'skipped').length
  return skipped === 0 ? '✓' : `✓ (${skipped} of ${states.length} not)`
}

function kinds(lanes: readonly Lane[]): string {
  const all = coverage(lanes).filter(({ file }) => file.startsWith('test/kernel/kinds/'))
  const files = [...new Set(all.map(({ file }) => file))]
  const rows = files.map((file) => {
    const own = all.filter((one) => one.file === file)
    return row([basename(file, '.test.ts'), ...lanes.map(({ name }) => kindCell(own, name))])
  })
  return [...heading('kind', lanes), ...rows].join('\n')
}

function missing(lanes: readonly Lane[]): string {
  const byReason = new Map<string, Set<string>>()
  for (const { name, report } of lanes)
    for (const { state, reason } of report.tests.filter(isLive))
      if (state === 'skipped' && reason !== undefined)
        byReason.set(reason, (byReason.get(reason) ?? new Set()).add(name))
  return [...byReason]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, where]) => `- ${escaped(reason)}: ${[...where].join(', ')}`)
    .join('\n')
}

export const compatibilityPage = (lanes: readonly Lane[]): string => `---
title: Compatibility
---

# Compatibility

What the live tests found on each kernel; \`npm run test:kernels\` writes this page. A tick: the test passed there. A dash: that kernel
lacks what the test is about, which is listed below.

| kernel | release |
| --- | --- |
${lanes.map(({ name, report }) => row([name, report.release])).join('\n')}

UML is Debian's User-mode Linux; QEMU has Debian's stock kernels for virtual machines ("cloud"); the host is a kernel without loadable
modules, in which many kinds are missing.

## Kinds of links

A number in brackets: of the tests of that kind, so many are about attributes that came later.

${kinds(lanes)}

## What a kernel lacks

${missing(lanes)}

## Every test

${table(lanes)}
`
