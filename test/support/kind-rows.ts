/**
 * Proves the attributes of a link kind against the kernel, a row each: what is asked for is what `ip -d -j` shows and what we
 * read back, what the table says can be changed can be, and what it says cannot, the kernel does not change.
 */
import { afterEach, describe, expect, type TestContext, test } from 'vitest'
import type { AnyTable, Infer, RowOptions, Rows } from '../../lib/codec/table.js'
import { InvalidArgumentError, isKernelError } from '../../lib/errors.js'
import type { AnyLinkKind, LinkKind } from '../../lib/link/kind.js'
import type { Link } from '../../lib/link/kinds/index.js'
import type { LinkBase } from '../../lib/link/link.js'
import { deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import type { Verb } from '../../lib/netlink/verb.js'
import type { Where } from '../../lib/netlink/where.js'
import { hasKind, requireKinds } from './kernel-has.js'
import { changeRaw, rawData, still } from './links.js'
import { fileNamespace } from './namespace.js'

type Options = Readonly<Record<string, unknown>>

/** One attribute, with a value that is neither the kernel's own nor mistaken for another. */
export interface KindRow {
  readonly value: unknown
  /** What is read back, where that is something else; `undefined`: the kernel does not tell it. */
  readonly read?: unknown
  /**
   * Where below `linkinfo.info_data` and what `ip -d -j` prints; `'raw'`: iproute2 6.1 has no word for it, so the kernel's bytes are
   * looked at, in hexadecimal.
   */
  readonly ip: readonly [path: string, printed: unknown] | readonly ['raw', hex: string | undefined]
  /** Another value, for a link that exists; and what is read back of it. */
  readonly other: unknown
  readonly otherRead?: unknown
  /** Further options that this one needs; `undefined` takes one of `bare` away. */
  readonly beside?: Options
  /** Further changes that a change of this one needs. */
  readonly changeBeside?: Options
  /** Attributes that a change of this one changes with it. */
  readonly follows?: readonly string[]
  /** The kernel, or its option, that has it; where it is missing there is nothing to see. */
  readonly since?: string
  /** Whether the kernel has it, where its absence from a reply does not tell. */
  readonly isKnown?: (where: Where) => Promise<boolean>
  /** What the kernel does when what cannot be changed is to be changed. */
  readonly change?: 'refused' | 'ignored'
}

export interface KindCases<T extends AnyTable> {
  readonly kind: LinkKind<string, T, unknown>
  // biome-ignore lint/suspicious/noExplicitAny: whatever options the kind takes
  readonly create: Verb<[options: any], LinkBase & { readonly kind: string }>
  /** What `ip` does in the namespace beforehand. */
  readonly stage?: readonly string[]
  /** Options without which there is no link of the kind. */
  readonly bare?: Options
  readonly rows: Readonly<Record<keyof Infer<T> & string, KindRow>>
}

const NAME = 'kx'

/** Where the live tests of a kind run: one namespace for the file, the link removed after each test. */
export function stageOf(kind: AnyLinkKind, commands: readonly string[] = []) {
  const namespace = fileNamespace(commands, () => hasKind(kind.kind))
  const { where } = namespace
  afterEach(async () => {
    if (!(await hasKind(kind.kind))) return
    for (const { name } of await listLinks({}, where)) if (name === NAME) await deleteLink(name, where)
  })
  return async (context: TestContext) => {
    await requireKinds(context, kind.kind)
    return { namespace, where }
  }
}

const at = (object: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, step) => (value as Options | undefined)?.[step], object)

export function testKind<T extends AnyTable>({ kind, create, stage, bare = {}, rows }: KindCases<T>): void {
  const on = stageOf(kind as unknown as AnyLinkKind, stage)
  const all = kind.attributes.rows as Rows
  const names = Object.keys(rows) as (keyof typeof rows)[]
  const optionsOf = (name: string): RowOptions => all[name]?.options ?? {}
  const numbersOf = (name: string): number[] => all[name]?.attributes.map(({ number }) => number) ?? []
  const told = (name: keyof typeof rows, which: 'value' | 'other'): Options => {
    const row: KindRow = rows[name]
    const key = which === 'value' ? 'read' : 'otherRead'
    const isSilent = 'read' in row && row.read === undefined
    const value = key in row ? row[key] : row[which]
    return isSilent || value === undefined ? {} : { [name]: value }
  }
  const optionsFor = (name: keyof typeof rows): Options => ({
    name: NAME,
    ...bare,
    ...rows[name].beside,
    [name]: rows[name].value,
  })

  /** Makes the link; skips where this kernel does not know the attribute. */
  async function make(name: keyof typeof rows, context: TestContext, where: Where) {
    const { since, isKnown }: KindRow = rows[name]
    const skip = () => context.skip(`this kernel has no ${name} of ${kind.kind} links (${since})`)
    if (since !== undefined && isKnown !== undefined && !(await isKnown(where))) skip()
    const made = await create(optionsFor(name), where).catch((error: unknown) => {
      if (since !== undefined && isKernelError(error)) skip()
      throw error
    })
    const raw = await rawData(NAME, where)
    if (since !== undefined && isKnown === undefined && !numbersOf(name).some((number) => raw.has(number))) skip()
    return { made, raw }
  }

  test(`${kind.kind}: there is a row for every attribute that can be written`, () => {
    const writable = Object.keys(all).filter((name) => optionsOf(name).readOnly !== true)
    expect([...names].sort()).toEqual(writable.sort())
  })

  test(`${kind.kind} with nothing but what it needs`, async (context) => {
    const { namespace, where } = await on(context)
    const made = await create({ name: NAME, ...bare }, where)
    const [shown] = await namespace.show(`link show dev ${NAME}`)
    expect(shown.linkinfo.info_kind).toBe(kind.kind)
    expect(shown.ifindex).toBe(made.index)
    expect(made).toMatchObject({ kind: kind.kind, name: NAME })
    expect((made as unknown as { data: object }).data).not.toHaveProperty('unknown')
    await deleteLink(NAME, where)
    expect((await namespace.show('link show')).some(({ ifname }) => ifname === NAME)).toBe(false)
  })

  describe.runIf(names.length > 0)(`${kind.kind}: each attribute, set and read back`, () => {
    test.for(names)('%s', async (name, context) => {
      const { namespace, where } = await on(context)
      const { made, raw } = await make(name, context, where)
      const [path, printed] = (rows[name] as KindRow).ip
      const [{ linkinfo }] = (await namespace.show(`link show dev ${NAME}`)) as [{ linkinfo: Record<string, unknown> }]
      if (path === 'raw')
        expect(
          numbersOf(name)
            .map((number) => raw.get(number))
            .find((hex) => hex !== undefined),
        ).toBe(printed)
      else expect(at(linkinfo.info_data, path)).toEqual(printed)
      const link = (await getLink(NAME, where)) as Link & { data: object }
      expect(link).toMatchObject({ kind: kind.kind, data: told(name, 'value') })
      expect(still(made as Link)).toEqual(still(link))
      expect(link.data).not.toHaveProperty('unknown')
    })
  })

  const fixed = names.filter((name) => optionsOf(name).changeable === false)
  const free = names.filter((name) => !fixed.includes(name))

  describe.runIf(free.length > 0)(`${kind.kind}: each attribute that can be changed`, () => {
    test.for(free)('%s', async (name, context) => {
      const { where } = await on(context)
      await make(name, context, where)
      const { data: before } = still(await getLink(NAME, where)) as { data: Record<string, unknown> }
      const { other, changeBeside, follows = [] }: KindRow = rows[name]
      const after = await updateLink(NAME, { data: { ...changeBeside, [name]: other } } as never, where)
      const steady = Object.entries(before).filter(([one]) => one !== name && !follows.includes(one))
      // And the others are as they were.
      const expected = { ...Object.fromEntries(steady), ...told(name, 'other') }
      expect(still(after)).toMatchObject({ kind: kind.kind, data: expected })
    })
  })

  describe.runIf(fixed.length > 0)(`${kind.kind}: what the kernel does not change, we refuse to ask for`, () => {
    test.for(fixed)('%s', async (name, context) => {
      const { where } = await on(context)
      const { made, raw } = await make(name, context, where)
      const { other, change = 'refused' }: KindRow = rows[name]
      const attempt = changeRaw(made.index, kind as unknown as AnyLinkKind, { [name]: other }, where)
      if (change === 'ignored') await attempt
      else await expect(attempt).rejects.toSatisfy((error) => isKernelError(error))
      const now = await rawData(NAME, where)
      for (const number of numbersOf(name)) expect(now.get(number)).toBe(raw.get(number))
      const refused = updateLink(NAME, { data: { [name]: other } } as never, where)
      await expect(refused).rejects.toBeInstanceOf(InvalidArgumentError)
    })
  })
}
