/** The source of the library as TypeScript sees it. */
import { join } from 'node:path'
import ts from 'typescript'
import { read, root } from './source.js'

export interface Import {
  /** A path from the root for a file of ours, otherwise the specifier as written. */
  readonly to: string
  /** Erased when compiled. */
  readonly typeOnly: boolean
}

/** Every import, re-export, `import()` and `import('…').Type` of a file. */
export function importsOf(path: string, text = read(path)): Import[] {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier)) found.push({ to: resolve(path, specifier.text), typeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, erased(node.importClause))
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true))
  return found
}

/** With verbatimModuleSyntax only the keyword before the clause removes the import itself. */
const erased = (clause: ts.ImportClause | undefined): boolean => clause?.phaseModifier === ts.SyntaxKind.TypeKeyword

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return join(from, '..', specifier).replace(/\.js$/, '.ts')
}

/** The compiler's options as the project sets them, for checks that compile. */
export function compilerOptions(): ts.CompilerOptions {
  const { config, error } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'))
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options
}
