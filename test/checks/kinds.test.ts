/** A link kind is one file, one registry line, and its tests: none of them can be forgotten. */
import { describe, expect, test } from 'vitest'
import { type House, kindNames, kindProblems } from '../support/kind-rules.js'
import { files, read } from '../support/source.js'

const house: House = {
  text(path) {
    const [found] = files(path.replace(/\/[^/]+$/, ''), new RegExp(`^${path}$`))
    return found === undefined ? undefined : read(found)
  },
}

test.each(kindNames())('%s is complete', (kind) => {
  expect(kindProblems(kind, house)).toEqual([])
})

describe('the rule sees what is missing', () => {
  const without = (hidden: string): House => ({ text: (path) => (path === hidden ? undefined : house.text(path)) })
  test.each([
    ['lib/link/kinds/registry.ts', /no line in the registry/],
    ['lib/index.ts', /not public/],
    ['test/unit/link/kinds/vrf.test.ts', /bytes are not compared/],
    ['test/fixtures/requests/vrf.json', /no fixtures/],
    ['test/kernel/kinds/vrf.test.ts', /no live test/],
  ])('%s', (hidden, problem) => {
    expect(kindProblems('vrf', without(hidden))).toEqual([expect.stringMatching(problem)])
  })

  test('a file that nobody knows lacks all of it', () => {
    expect(kindProblems('nonsense', house)).toHaveLength(7)
  })
})
