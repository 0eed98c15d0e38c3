import { expect, test } from 'vitest'
import { publicNames } from '../support/public-names.js'

const bans: readonly [RegExp, string][] = [
  [/interface|iface|ifname|ifindex/i, 'it is a link, with a name and an index'],
  [/neighbor/i, 'ip writes neighbour'],
  [/[a-z][A-Z]{2,}|^[A-Z]{2,}[a-z]/, 'an acronym is a word: addFdb, vlanId'],
  [/^no[A-Z]/, 'a switch is positive: learning, not noLearning'],
  [
    /^(remove|destroy|fetch|find|modify|change|make)([A-Z]|$)/,
    'each verb has one meaning: see the words in CONTRIBUTING.md',
  ],
  [/^[a-zA-Z]+_/, 'camelCase, but for constants'],
]

/** A constant of the kernel keeps the name that the kernel gives it. */
const constant = /^[A-Z][A-Z0-9_]*$/

const judge = (name: string) => (constant.test(name) ? undefined : bans.find(([ban]) => ban.test(name))?.[1])

test.each(['createInterface', 'listNeighbors', 'addFDB', 'noLearning', 'removeLink', 'dst_port'])(
  '%s is refused',
  (name) => {
    expect(judge(name)).toBeTypeOf('string')
  },
)

test.each(['createVxlan', 'dstPort', 'nodad', 'IFLA_VXLAN_ID', 'replaceFdb', 'onlink', 'notify'])(
  '%s is accepted',
  (name) => {
    expect(judge(name)).toBeUndefined()
  },
)

test('public names are the words of ip and bridge', () => {
  const names = publicNames('lib/index.ts')
  expect(names).not.toHaveLength(0)
  const wrong = names.flatMap(({ path, name }) => {
    const why = judge(name)
    return why === undefined ? [] : [`${path}: ${why}`]
  })
  expect(wrong).toEqual([])
})
