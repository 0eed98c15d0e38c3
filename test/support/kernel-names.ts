/** Every name of the kernel that the library uses, with the number that it has here. */
import { pathToFileURL } from 'node:url'
import { files, read, root } from './source.js'

export interface KernelNames {
  /** `IFLA_MTU` → 4, and who says so; more than one number is a contradiction. */
  readonly constants: ReadonlyMap<string, ReadonlyMap<number | bigint, string>>
  readonly structs: ReadonlyMap<string, KernelStruct>
}

export interface KernelStruct {
  readonly size: number
  /** Offset of each member, padding included. */
  readonly members: ReadonlyMap<string, number>
}

type Any = Record<string, unknown>
const isObject = (value: unknown): value is Any =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

/**
 * Every object of the library that hangs on an export, with the file that exports it: tables, rows, codecs, the tables of
 * nests, elements of arrays, kinds.
 */
export async function everything(): Promise<ReadonlyMap<Any, string>> {
  const found = new Map<Any, string>()
  const visit = (value: unknown, origin: string): void => {
    if (!isObject(value) || found.has(value)) return
    found.set(value, origin)
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) visit(inner, origin)
  }
  for (const path of files('lib', /\.ts$/)) {
    const exports = (await import(pathToFileURL(root + path).href)) as Any
    for (const value of Object.values(exports)) visit(value, path)
  }
  return found
}

function readStruct({ size, fields }: Any): KernelStruct {
  const members = new Map<string, number>()
  let offset = 0
  for (const { member, codec } of Object.values(fields as Any) as { member: string; codec: { size: number } }[]) {
    // A hole that the compiler leaves has no name.
    if (member !== '') members.set(member, offset)
    offset += codec.size
  }
  return { size: size as number, members }
}

/** Plain constants, exported or not: all in constants.ts, elsewhere those that bear a name of the kernel's. */
function plainConstants(path: string): [name: string, number: number][] {
  const ofKernel = /\/constants\.ts$/.test(path)
    ? /_/
    : /^(NLM|NLMSG|NLA|RT[A-Z]*|IF[A-Z]*|AF|N[DTU][A-Z]*|BR[A-Z]*|ARPHRD|ETH)_/
  const found = read(path).matchAll(/^(?:export )?const ([A-Z][A-Z0-9_]*) = (0x[0-9a-f_]+|\d[\d_]*)$/gim)
  return [...found]
    .map(([, name = '', number = '']): [string, number] => [name, Number(number.replaceAll('_', ''))])
    .filter(([name]) => ofKernel.test(name))
}

export async function kernelNames(): Promise<KernelNames> {
  const all = new Map<string, Map<number | bigint, string>>()
  const structs = new Map<string, KernelStruct>()
  const add = (name: string, number: number | bigint, origin: string) => {
    const known = all.get(name) ?? new Map<number | bigint, string>()
    all.set(name, known.set(number, known.get(number) ?? origin))
  }
  for (const [value, origin] of await everything()) {
    const { constant, number, constants, structName } = value
    // An attribute, or the attribute of an array's elements.
    if (typeof constant === 'string' && typeof number === 'number') add(constant, number, origin)
    if (constants instanceof Map) for (const [name, one] of constants) add(name, one as number | bigint, origin)
    if (typeof structName === 'string') structs.set(structName, readStruct(value))
  }
  for (const path of files('lib', /\.ts$/)) for (const [name, number] of plainConstants(path)) add(name, number, path)
  return { constants: all, structs }
}

/** Names that stand in the library's source where a row, an array, a structure or an enumeration is made. */
export function namesInSource(): { constants: string[]; structs: string[]; prefixes: string[] } {
  const text = files('lib', /\.ts$/)
    .map(read)
    .join('\n')
    .replace(/\/\*.*?\*\//gs, '')
  const all = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[1] as string))]
  return {
    constants: all(/(?:\battribute\(\s*|\bconstant: )'(\w+)'/g),
    structs: all(/\bstruct\(\s*'(\w+)'/g),
    prefixes: all(/\b(?:enumeration|flags|positions|switches|namedNumbers)\(\s*(?:\w+\([^()]*\),\s*)?'(\w+)'/g),
  }
}
