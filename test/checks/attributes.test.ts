/** docs/attributes.md must have every attribute, and a reason for every gap. */
import { describe, expect, test } from 'vitest'
import { type Line, lines, page, reasons } from '../lanes/attributes.js'
import { files, read } from '../support/source.js'

const cell = /^\| `([^`]+)` \| `([A-Z0-9_]+)` \| (.) \| (.) \| (.) \| (.*) \|$/

describe('the page of attributes', () => {
  const rows = files('docs', /^docs\/attributes\.md$/)
    .flatMap((path) => read(path).split('\n'))
    .flatMap((line) => {
      const match = cell.exec(line)
      return match === null ? [] : [match.slice(1) as [string, string, string, string, string, string]]
    })

  test('has every attribute of the tables, and no other: `npm run attributes` after `npm test` writes it', async () => {
    const listed = rows.map(([option, constant]) => `${constant} ${option}`)
    expect(listed).toEqual((await lines()).map(({ option, constant }) => `${constant} ${option}`))
  })

  test('says why a proof is missing', () => {
    const bare = rows.filter(([, , bytes, accepted, readBack, note]) => {
      const isMissing = [bytes, accepted, readBack].includes('–')
      return isMissing ? note === '' || note.includes('NO REASON') : note !== ''
    })
    expect(bare.map(([, constant]) => constant)).toEqual([])
  })

  test('is as the reasons are today', () => {
    const why = reasons()
    for (const [, constant, bytes, accepted, readBack, note] of rows) {
      const marks = { bytes, accepted, read: readBack }
      for (const proof of ['bytes', 'accepted', 'read'] as const)
        if (marks[proof] === '–') expect(note, `${constant} ${proof}`).toContain(why(constant, proof) ?? 'no reason')
    }
  })
})

describe('the page maker', () => {
  const line = (constant: string, possible: Line['possible']): Line => ({
    origin: 'lib/a.ts',
    option: 'a',
    constant,
    possible,
  })
  const why = reasons('X_A* bytes iproute2 has no word\nX_B read,accepted nobody has it\n')

  test('tells what is proved, what is not, and what cannot be', () => {
    const text = page(
      [line('X_AB', ['bytes', 'accepted', 'read']), line('X_B', ['read']), line('X_C', ['bytes', 'accepted'])],
      (proof) => proof === 'accepted X_AB' || proof === 'read X_AB',
      why,
    )
    expect(text).toContain('| `a` | `X_AB` | – | ✓ | ✓ | iproute2 has no word |')
    expect(text).toContain('| `a` | `X_B` | · | · | – | nobody has it |')
    expect(text).toContain('| `a` | `X_C` | – | – | · | NO REASON |')
    expect(text).toContain('**bytes** (0 of 2)')
  })

  test('refuses a reason that says nothing', () => {
    expect(() => reasons('X_A bytes')).toThrow('X_A bytes')
  })
})
