import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import * as library from '../../lib/index.js'
import { type CodeBlock, codeBlocks } from '../support/markdown.js'
import { files, read, root } from '../support/source.js'
import { compilerOptions } from '../support/typescript.js'

const pages = ['README.md', ...files('docs/guide', /\.md$/)]

/** Compiles each block as a module of its own inside the package, so that `rtnetlink` means what was built. */
function problems(blocks: readonly CodeBlock[]): string[] {
  const options: ts.CompilerOptions = { ...compilerOptions(), moduleDetection: ts.ModuleDetectionKind.Force }
  const host = ts.createCompilerHost(options)
  const byPath = new Map(blocks.map((block, index) => [join(root, `block-${index}.ts`), block]))
  const { fileExists, readFile } = host
  host.fileExists = (path) => byPath.has(path) || fileExists(path)
  host.readFile = (path) => byPath.get(path)?.code ?? readFile(path)
  const program = ts.createProgram([...byPath.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const block = file && byPath.get(file.fileName)
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0
    const where = block ? `${block.file}:${block.line + line}` : (file?.fileName ?? 'options')
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
}

/** The file of ours that a block shows, where its fence names one. */
const shownFile = ({ marks }: CodeBlock) => marks.find((mark) => mark.includes('/'))

/** `deleteLink('vx0')` in a cell of a table, as a program of its own; one with `…` in it is no whole call. */
function tableCalls(page: string): CodeBlock[] {
  return read(page)
    .split('\n')
    .flatMap((line, index) =>
      [...(line.startsWith('|') ? line.matchAll(/`([a-z]\w*)\(([^`…]*)\)`/g) : [])]
        .filter(([, name = '']) => name in library)
        .map(([code, name]) => ({
          file: page,
          line: index,
          marks: [],
          code: `import { ${name} } from 'rtnetlink'\n${code.slice(1, -1)}\n`,
        })),
    )
}

describe('code in the documentation', () => {
  const blocks = pages.flatMap((page) => codeBlocks(page))

  test('of README.md compiles against the built package, as that of the guide does', () => {
    expect(codeBlocks('README.md')).not.toHaveLength(0)
    expect(problems(blocks.filter((block) => shownFile(block) === undefined))).toEqual([])
  })

  test('of tables compiles too, a call a cell', () => {
    const calls = pages.flatMap((page) => tableCalls(page))
    expect(calls.length).toBeGreaterThan(100)
    expect(problems(calls)).toEqual([])
  })

  test('that is a file of ours is that file', () => {
    const shown = blocks.filter((block) => shownFile(block) !== undefined)
    expect(shown).not.toHaveLength(0)
    for (const block of shown) expect(block.code, shownFile(block)).toBe(read(shownFile(block) as string))
  })
})

test('every call stands on a page', () => {
  const text = pages.map(read).join('\n')
  const isCall = (value: unknown) => typeof value === 'function' && 'sync' in value
  const calls = Object.entries(library).flatMap(([name, value]) => (isCall(value) ? [name] : []))
  expect(calls.length).toBeGreaterThan(50)
  // In the table of kinds `create` stands at the top.
  const stands = (name: string) => new RegExp(`\\b${name}\\b|\`${name.replace(/^create/, '')}\``).test(text)
  expect(calls.filter((name) => !stands(name))).toEqual([])
})

describe('the check itself', () => {
  const page = [
    'text',
    '```ts run',
    'const ok: number = 1',
    'const bad: string = 2',
    '```',
    '```sh',
    'npm test',
    '```',
  ].join('\n')

  test('finds the blocks, their lines and their marks', () => {
    const [block, ...others] = codeBlocks('page.md', page)
    expect(block).toMatchObject({ line: 3, marks: ['run'] })
    expect(others).toEqual([])
  })

  test('points at the line that does not compile', () => {
    expect(problems(codeBlocks('page.md', page))).toEqual([expect.stringMatching(/^page\.md:4: .*not assignable/)])
  })

  test('refuses an import that the package does not have', () => {
    const text = "```ts\nimport { nothingOfThisName } from 'rtnetlink'\n```\n"
    expect(problems(codeBlocks('page.md', text))).toEqual([expect.stringMatching(/^page\.md:2: /)])
  })
})
