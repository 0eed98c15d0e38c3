/** What an editor shows of the link calls: the comments of the tables' rows reach the options and the results. */
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { kindNames, title } from '../support/kind-rules.js'
import { root } from '../support/source.js'

const makers = kindNames().map((kind) => [kind, `create${title(kind)}`] as const)
const imports = makers.map(([kind, name]) => `import { ${name} } from '${root}/lib/link/kinds/${kind}.js'`)

const source = `
${imports.join('\n')}
import { createLink, deleteLink, getLink, listLinks } from '${root}/lib/link/operations.js'
import { updateLink } from '${root}/lib/link/update.js'
createVxlan({ name: 'vx', id: 99, dstPort: 4789 })
createVeth({ name: 'va', peer: { mtu: 1400 } })
updateLink('vx', { ageing: 60, mtu: 1400, data: { group: '239.1.1.1' } })
createLink({ kind: 'vxlan', name: 'vx', data: { flowLabel: 5 } })
listLinks({ group: 7 })
const link = await getLink('vx')
if (link.kind === 'vxlan') link.data.localBypass
link.txQueueLength
${makers.map(([, name]) => `void ${name}\n`).join('')}`
const file = join(root, 'lib/link/what-users-write.ts')

let service: ts.LanguageService
beforeAll(() => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot(path) {
      const text = path === file ? source : ts.sys.readFile(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
  })
})

/** What hovering over the last occurrence of `word` shows. */
function shown(word: string) {
  const info = service.getQuickInfoAtPosition(file, source.lastIndexOf(word))
  return {
    text: ts.displayPartsToString(info?.documentation),
    tags: (info?.tags ?? []).map(({ name }) => name),
    declaration: ts.displayPartsToString(info?.displayParts),
  }
}

test('what stands here compiles', () => {
  const problems = [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)]
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([])
})

describe('hovering shows the comment of the row', () => {
  test.each([
    ['dstPort', /^UDP destination port\. Absent: the kernel's 8472/],
    ['peer', /^The other end/],
    ['ageing', /^Seconds until a learned entry goes/],
    ["group: '239", /^Multicast group that unknown destinations/],
    ['flowLabel', /^IPv6 flow label/],
    ['localBypass', /^Packets to an address of this machine/],
    ['txQueueLength', /^Packets that the transmit queue holds/],
    ['mtu: 1400, data', /^Longest packet in bytes/],
  ])('%s', (word, comment) => {
    expect(shown(word).text).toMatch(comment)
  })
})

describe('hovering over a call shows what it does', () => {
  const others = ['createLink', 'deleteLink', 'getLink', 'listLinks', 'updateLink']
  test.each([...makers.map(([, name]) => `${name}\n`), ...others])('%s', (name) => {
    const { text, tags } = shown(name)
    expect(text).toMatch(/^[A-Z][\s\S]*`ip [^`]*(link|tuntap)[^`]*`/)
    expect(text).toMatch(/Throws|Repeats|Needs|The same/)
    expect(tags).toContain('example')
    if (/^(create|update|delete)/.test(name)) expect(text).toMatch(/CAP_NET_ADMIN/)
  })
})

test('every option of a link has a comment', () => {
  const program = service.getProgram() as ts.Program
  const checker = program.getTypeChecker()
  const bare = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      for (const argument of node.arguments) {
        const type = ts.isObjectLiteralExpression(argument) ? checker.getContextualType(argument) : undefined
        for (const part of type?.isUnion() ? type.types : type === undefined ? [] : [type])
          for (const property of checker.getPropertiesOfType(part))
            if (property.getDocumentationComment(checker).length === 0)
              bare.add(`${node.expression.getText()}: ${property.name}`)
      }
    }
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(program.getSourceFile(file) as ts.SourceFile, visit)
  expect([...bare]).toEqual([])
})
