/** What belongs to a link kind beside its file, so that adding one is one file, one registry line, and its tests. */
import { basename } from 'node:path'
import { files } from './source.js'

/** The project, as far as the rules look at it. */
export interface House {
  /** The text of a file; `undefined` where there is none. */
  text(path: string): string | undefined
}

/** Kinds of which iproute2 sends nothing that could be captured → why. */
const withoutFixtures: Readonly<Record<string, string>> = {
  netkit: 'newer than the iproute2 of the fixtures: its test holds bytes of a newer one',
  tun: 'made by ioctl: its tests compare those with what `ip tuntap` does',
}

/** Kinds of which netlink changes nothing, so that there is no row to set → why. */
const withoutRows: Readonly<Record<string, string>> = { tun: 'netlink only tells what it has; ioctl sets it' }

/** The kinds that have a file. */
export const kindNames = (): string[] =>
  files('lib/link/kinds', /\.ts$/)
    .map((path) => basename(path, '.ts'))
    .filter((name) => name !== 'index' && name !== 'registry')

/** `vlan` → `Vlan`, as in `createVlan` and `VlanLink`. */
export const title = (kind: string): string => `${kind[0]?.toUpperCase()}${kind.slice(1)}`

/** What is missing of the kind in `lib/link/kinds/<kind>.ts`. */
export function kindProblems(kind: string, house: House): string[] {
  const problems: string[] = []
  const expect = (path: string, wanted: RegExp, problem: string) => {
    if (!wanted.test(house.text(path) ?? '')) problems.push(`${kind}: ${problem} (${path})`)
  }
  const source = `lib/link/kinds/${kind}.ts`
  expect(source, new RegExp(`\\bkind: '${kind}'`), 'the file makes another kind than its name says')
  expect(source, /config: 'CONFIG_[A-Z0-9_]+'/, 'which option of the kernel has it')
  expect('lib/link/kinds/registry.ts', new RegExp(`from './${kind}\\.js'`), 'no line in the registry')
  expect('lib/index.ts', new RegExp(`\\b${title(kind)}Link\\b`), 'not public')
  expect(
    `test/unit/link/kinds/${kind}.test.ts`,
    kind in withoutFixtures ? /test/ : new RegExp(`testFixtures\\(\\s*'${kind}'`),
    'its bytes are not compared',
  )
  if (!(kind in withoutFixtures)) expect(`test/fixtures/requests/${kind}.json`, /"hex"/, 'no fixtures')
  const live = kind in withoutRows ? /\btest\(/ : /testKind\(/
  expect(`test/kernel/kinds/${kind}.test.ts`, live, 'no live test of its attributes')
  return problems
}
