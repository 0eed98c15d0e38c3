import { join } from 'node:path'
import ts from 'typescript'
import { root } from './source.js'
import { compilerOptions } from './typescript.js'

export interface PublicName {
  /** The export, then members down to the name: `createVxlan(options).dstPort`. */
  readonly path: string
  readonly name: string
  /** An exported function or a method, which begins with a verb. */
  readonly callable: boolean
}

/** Every name that a user can write or read: exports, and the members of all types of ours that they lead to. */
export function publicNames(entry: string): PublicName[] {
  const file = join(root, entry)
  const program = ts.createProgram([file], compilerOptions())
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  if (!module) throw new Error(`${entry} does not exist or exports nothing`)
  const found: PublicName[] = []
  const seen = new Set<ts.Type>()

  const visit = (type: ts.Type, path: string): void => {
    if (seen.has(type)) return
    seen.add(type)
    if (type.isUnionOrIntersection()) for (const part of type.types) visit(part, path)
    for (const argument of type.aliasTypeArguments ?? []) visit(argument, path)
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      for (const parameter of signature.parameters)
        visit(checker.getTypeOfSymbol(parameter), `${path}(${parameter.name})`)
      for (const argument of [signature.getReturnType()].flatMap(unwrap)) visit(argument, `${path}()`)
    }
    for (const member of type.getProperties().filter(ours)) add(member, `${path}.${member.name}`)
  }
  /** What a promise, an array or an iterable is of: their own members are not ours. */
  const unwrap = (type: ts.Type): ts.Type[] => [
    type,
    ...checker.getTypeArguments(type as ts.TypeReference).flatMap(unwrap),
  ]
  const add = (symbol: ts.Symbol, path: string): void => {
    const type = checker.getTypeOfSymbol(symbol)
    found.push({ path, name: symbol.name, callable: type.getCallSignatures().length > 0 })
    for (const part of unwrap(type)) visit(part, path)
  }
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    found.push({ path: exported.name, name: exported.name, callable: false })
    if (symbol.flags & ts.SymbolFlags.Value) add(symbol, exported.name)
    if (symbol.flags & ts.SymbolFlags.Type) visit(checker.getDeclaredTypeOfSymbol(symbol), exported.name)
  }
  return found
}

const ours = (symbol: ts.Symbol): boolean =>
  !symbol.name.startsWith('__@') &&
  (symbol.declarations ?? []).some((declaration) => !declaration.getSourceFile().fileName.includes('/node_modules/'))
