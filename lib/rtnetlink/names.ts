/** Numbers that the machine's administrator gave names: `/etc/iproute2/rt_tables` and its like. */
import type { Enumeration } from '../codec/enumeration.js'
import { Rejection } from '../codec/rejection.js'
import { SystemCallError } from '../errors.js'
import { perform, type Steps } from '../netlink/operation.js'
import type { Task } from '../netlink/task.js'
import { proto } from './proto.js'
import { type Realms, realms } from './realms.js'
import { routeTable } from './route-table.js'
import { scope } from './scope.js'

/** A name that the kernel has, one that a file has, or the number. */
export type Named<Name extends string> = Name | (string & {}) | number

type NameIn<E> = E extends Enumeration<infer Name> ? Name : never
/** A routing table: by the kernel's name, one of `rt_tables`, or number. */
export type NamedTable = Named<NameIn<typeof routeTable>>
/** Who made it: by the kernel's name, one of `rt_protos`, or number. */
export type NamedProto = Named<NameIn<typeof proto>>
/** How far it reaches: by the kernel's name, one of `rt_scopes`, or number. */
export type NamedScope = Named<NameIn<typeof scope>>

/** Where the names of one kind of number are, and what they may stand for. */
export interface NameFile<Name extends string = string> {
  readonly file: 'rt_tables' | 'rt_protos' | 'rt_scopes' | 'rt_realms'
  /** Those that the kernel itself names. */
  readonly own: Pick<Enumeration<Name>, 'numberOf' | 'expected'>
  readonly min: number
  readonly max: number
}

/** The administrator's, then what the package brought (iproute2 since 6.7). */
const directories = ['/etc/iproute2', '/usr/share/iproute2'] as const

const line = /^\s*(0x[0-9a-f]+|\d+)\s+([^\s#]\S*)\s*(?:#.*)?$/i

export function parseNames(text: string): readonly (readonly [name: string, number: number])[] {
  return text.split('\n').flatMap((one): [string, number][] => {
    const [, number, name] = line.exec(one) ?? []
    return number === undefined || name === undefined ? [] : [[name, Number(number)]]
  })
}

/** What is not there is `undefined`. */
function* whereThere<T extends Extract<Task, { name: 'readText' | 'readDirectory' }>>(task: T) {
  try {
    return yield* perform(task)
  } catch (error) {
    if (error instanceof SystemCallError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw error
  }
}

/** Paths, in the order in which they are read: the file, and its `.d/*.conf`, of which the administrator's hide others of their name. */
function* pathsOf(file: string): Steps<readonly string[]> {
  const parts = new Map<string, string>()
  for (const directory of [...directories].reverse()) {
    const names = yield* whereThere({ name: 'readDirectory', args: [`${directory}/${file}.d`] })
    for (const name of names ?? []) if (name.endsWith('.conf')) parts.set(name, `${directory}/${file}.d/${name}`)
  }
  return [...directories.map((directory) => `${directory}/${file}`), ...[...parts.values()].sort()]
}

/** As `ip` reads them: the second main file only where there is no first. */
function* readNames(file: string) {
  const names = new Map<string, number>()
  const read: string[] = []
  for (const path of yield* pathsOf(file)) {
    if (path === `${directories[1]}/${file}` && read.length > 0) continue
    const text = yield* whereThere({ name: 'readText', args: [path] })
    if (text === undefined) continue
    read.push(path)
    // Of a name that stands there twice ip finds the one first whose number ends in the smaller byte (rtnl_rttable_a2n).
    for (const [name, number] of parseNames(text))
      if ((number & 0xff) <= ((names.get(name) ?? 0xff) & 0xff)) names.set(name, number)
  }
  return { names, read }
}

/**
 * The number of what is a number, a name that the kernel has, or one that a file has. The files are read at each call that
 * needs them, and only then. Throws a {@link Rejection} that names `path` and the files, for a name that is in none of them.
 */
export function* numbered<Name extends string>(
  value: Named<Name>,
  { file, own, min, max }: NameFile<Name>,
  path: string,
  constant?: string,
): Steps<number> {
  const fits = (number: number) => Number.isInteger(number) && number >= min && number <= max
  const known = typeof value === 'string' ? own.numberOf.get(value) : value
  if (known !== undefined) {
    if (fits(known)) return known
    throw new Rejection(own.expected, value).within(path, constant)
  }
  const { names, read } = yield* readNames(file)
  const found = names.get(value as string)
  if (found !== undefined && fits(found)) return found
  const places =
    read.length > 0 ? read.join(', ') : `${directories.map((one) => `${one}/${file}`).join(', ')}, which are not there`
  throw new Rejection(`${own.expected}, or a name that stands in ${places}`, value).within(path, constant)
}

export const tableNames: NameFile<NameIn<typeof routeTable>> = {
  file: 'rt_tables',
  own: routeTable,
  min: 1,
  max: 0xffff_ffff,
}
export const protoNames: NameFile<NameIn<typeof proto>> = { file: 'rt_protos', own: proto, min: 0, max: 0xff }
export const scopeNames: NameFile<NameIn<typeof scope>> = { file: 'rt_scopes', own: scope, min: 0, max: 0xff }
const realmNames: NameFile<never> = {
  file: 'rt_realms',
  own: { numberOf: new Map(), expected: 'an integer from 0 to 65535' },
  min: 0,
  max: 0xffff,
}

/** {@link Realms} whose names stand in a file. */
export interface NamedRealms {
  readonly from?: number | string | undefined
  readonly to: number | string
}

export function* numberedRealms(given: NamedRealms, path = 'realms', constant?: string): Steps<Realms> {
  if (typeof given !== 'object' || given === null) throw new Rejection(realms.expected, given).within(path, constant)
  const { from, to } = given
  return {
    ...(from !== undefined && { from: yield* numbered(from, realmNames, `${path}.from`, constant) }),
    to: yield* numbered(to, realmNames, `${path}.to`, constant),
  }
}
