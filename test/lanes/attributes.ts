/** Every attribute of the library and what proves it: docs/attributes.md, made from the tables and from what the last `npm test` kept. */
import { writeFileSync } from 'node:fs'
import type { AnyTable, Attribute, RowOptions, Rows } from '../../lib/codec/table.js'
import { everything } from '../support/kernel-names.js'
import type { Proof } from '../support/proofs.js'
import { read } from '../support/source.js'
import { keptProofs } from './kept.js'

export interface Line {
  /** The file that has the table. */
  readonly origin: string
  readonly option: string
  readonly constant: string
  /** Proofs that an attribute of this kind can have. */
  readonly possible: readonly Proof[]
}

const sent: readonly Proof[] = ['bytes', 'accepted']
const possible = ({ readOnly, writeOnly }: RowOptions): readonly Proof[] =>
  readOnly ? ['read'] : writeOnly ? sent : [...sent, 'read']

const placeOf = ({ origin, constant, option }: Line) => `${origin} ${constant} ${option}`

/** One an attribute of every table of a message, by files and names. */
export async function lines(): Promise<Line[]> {
  const found = new Map<string, Line>()
  for (const [value, origin] of await everything()) {
    const { byNumber, rows } = value as unknown as Partial<AnyTable>
    // What netlink itself says (the extended acknowledgement) is no object's.
    if (!(byNumber instanceof Map) || rows === undefined || origin.startsWith('lib/netlink/')) continue
    for (const [option, row] of Object.entries(rows as Rows))
      for (const { constant } of row.attributes as readonly Attribute[]) {
        const line = { origin, option, constant, possible: possible(row.options) }
        const known = found.get(constant)
        // One that stands in several tables is told of once.
        if (known === undefined || placeOf(line) < placeOf(known)) found.set(constant, line)
      }
  }
  return [...found.values()].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
}

/** Why a proof is missing: lines of `NAME proof[,proof] reason` in unproved.txt, `*` at the end of a name standing for any rest. */
export function reasons(
  text = read('test/lanes/unproved.txt'),
): (constant: string, proof: Proof) => string | undefined {
  const known = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const match = /^([A-Z][A-Z0-9_]*\*?)\s+([a-z,]+)\s+(\S.*)$/.exec(line)
      if (match === null) throw new Error(`unproved.txt: not "NAME proof reason": ${line}`)
      const [, name = '', proofs = '', reason = ''] = match
      return { name, proofs: proofs.split(','), reason }
    })
  const fits = (name: string, constant: string) =>
    name.endsWith('*') ? constant.startsWith(name.slice(0, -1)) : name === constant
  return (constant, proof) => known.find(({ name, proofs }) => fits(name, constant) && proofs.includes(proof))?.reason
}

const all: readonly Proof[] = ['bytes', 'accepted', 'read']

/** `✓`: proved. `·`: there is nothing to prove. Else `–`, with the reason behind. */
export function page(
  attributes: readonly Line[],
  isProved: (proof: string) => boolean,
  why: ReturnType<typeof reasons>,
): string {
  const row = ({ option, constant, possible }: Line) => {
    const cells = all.map((proof) => (!possible.includes(proof) ? '·' : isProved(`${proof} ${constant}`) ? '✓' : '–'))
    const missing = all.filter((_proof, i) => cells[i] === '–')
    const notes = new Set(missing.map((proof) => why(constant, proof) ?? 'NO REASON'))
    return `| \`${option}\` | \`${constant}\` | ${cells.join(' | ')} | ${[...notes].join('; ')} |`
  }
  const sections = [...new Set(attributes.map(({ origin }) => origin))].map((origin) => {
    const own = attributes.filter((line) => line.origin === origin)
    const head = ['| option | attribute | bytes | accepted | read | |', '| --- | --- | :-: | :-: | :-: | --- |']
    return [`## ${origin.replace(/^lib\//, '').replace(/\.ts$/, '')}`, '', ...head, ...own.map(row)].join('\n')
  })
  const count = (proof: Proof) => {
    const can = attributes.filter((line) => line.possible.includes(proof))
    return `${can.filter(({ constant }) => isProved(`${proof} ${constant}`)).length} of ${can.length}`
  }
  return `---
title: Attributes
---

# Attributes, and what proves them

Made by \`npm run attributes\` from the tables of the library and from what the last \`npm test\` saw; not written by hand.

- **bytes** (${count('bytes')}): what we send for it is what iproute2 sends for the same words (\`test/fixtures\`).
- **accepted** (${count('accepted')}): a kernel took it in a live test. **read** (${count('read')}): a kernel told of it in one.
- Number and name of each are those of the kernel's headers (\`test/checks/constants.test.ts\`). \`·\`: there is nothing to prove, it is only read, or only written.

${sections.join('\n\n')}
`
}

if (process.argv[1]?.endsWith('/lanes/attributes.ts')) {
  const proofs = keptProofs()
  writeFileSync(
    'docs/attributes.md',
    page(await lines(), (proof) => proofs.has(proof), reasons()),
  )
}
