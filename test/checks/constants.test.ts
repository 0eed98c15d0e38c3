import { beforeAll, describe, expect, test } from 'vitest'
import { askHeaders, type Verdict } from '../support/kernel-headers.js'
import { type KernelNames, kernelNames, namesInSource } from '../support/kernel-names.js'
import { read } from '../support/source.js'

/** Other headers than the installed ones; scripts/check-newest-headers.mjs sets it. */
const include = process.env.RTNETLINK_KERNEL_HEADERS

/** Name → the kernel that brought it. */
const newer = new Map(
  read('test/checks/newer-constants.txt')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line): [string, string] => {
      const match = /^(\S.*?)\s+(\d+\.\d+)$/.exec(line)
      if (match === null) throw new Error(`newer-constants.txt: not "name version": ${line}`)
      return [match[1] as string, match[2] as string]
    }),
)

let names: KernelNames
let verdict: Verdict
beforeAll(async () => {
  names = await kernelNames()
  verdict = askHeaders(names, include)
})

describe('names and numbers of the kernel', () => {
  test('are those of its headers', () => {
    expect(names.constants.size).toBeGreaterThan(100)
    expect(names.structs.size).toBeGreaterThan(3)
    expect({ wrong: verdict.wrong, other: verdict.other }).toEqual({ wrong: [], other: [] })
  })

  test('that these headers do not know are listed, each with the kernel that brought it', () => {
    const { unknown } = verdict
    if (unknown.length > 0)
      console.log(
        `Not checked, newer than these headers:\n  ${unknown.map((name) => `${name}  ${newer.get(name) ?? '?'}`).join('\n  ')}`,
      )
    expect(unknown.filter((name) => !newer.has(name))).toEqual([])
    // The newest headers know everything: there a typo has nowhere to hide.
    if (include !== undefined) expect(unknown).toEqual([])
  })

  test('are on that list only while the library uses them', () => {
    const used = new Set(
      [...names.constants.keys(), ...names.structs.keys()].flatMap((name) => [name, `struct ${name}`]),
    )
    for (const [struct, { members }] of names.structs)
      for (const member of members.keys()) used.add(`struct ${struct}.${member}`)
    expect([...newer.keys()].filter((name) => !used.has(name))).toEqual([])
  })
})

describe('what is checked', () => {
  test('is every name in the source: each table hangs on an export', () => {
    const source = namesInSource()
    expect(source.constants.length).toBeGreaterThan(100)
    expect(source.constants.filter((name) => !names.constants.has(name))).toEqual([])
    expect(source.structs.filter((name) => !names.structs.has(name))).toEqual([])
    const all = [...names.constants.keys()]
    expect(source.prefixes.filter((prefix) => !all.some((name) => name.startsWith(`${prefix}_`)))).toEqual([])
  })

  test('would be seen to be wrong', () => {
    const one = (name: string, number: number) => new Map([[name, new Map([[number, 'here']])]])
    const none = { constants: new Map(), structs: new Map() }
    expect(askHeaders({ ...none, constants: one('IFLA_MTU', 5) }, include).wrong).toEqual(['IFLA_MTU is 5 (here)'])
    expect(askHeaders({ ...none, constants: one('IFLA_MTTU', 4) }, include).unknown).toEqual(['IFLA_MTTU'])
    const shape = (size: number, member: string, offset: number) =>
      askHeaders(
        { ...none, structs: new Map([['ifaddrmsg', { size, members: new Map([[member, offset]]) }]]) },
        include,
      )
    expect(shape(8, 'ifa_index', 4)).toEqual({ unknown: [], wrong: [], other: [] })
    expect(shape(9, 'ifa_index', 5).wrong).toEqual([
      'struct ifaddrmsg.ifa_index is at 5',
      'struct ifaddrmsg has 9 bytes',
    ])
    expect(shape(8, 'ifa_no', 4).unknown).toEqual(['struct ifaddrmsg.ifa_no'])
    expect(
      askHeaders({ ...none, structs: new Map([['no_such', { size: 1, members: new Map() }]]) }, include).unknown,
    ).toEqual(['struct no_such'])
  })
})
