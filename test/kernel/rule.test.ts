/** Rules: what we ask for is what `ip` shows, and the verbs mean what they say. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { lookupRoute, type RouteLookup } from '../../lib/route/lookup.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { flushRules, listRules } from '../../lib/rule/list.js'
import { addRule, deleteRule } from '../../lib/rule/operations.js'
import type { RuleOptions } from '../../lib/rule/options.js'
import type { Rule } from '../../lib/rule/rule.js'
import { skipUnknown } from '../support/kernel-has.js'
import { createTestNamespace, type TestNamespace, testNamespace } from '../support/namespace.js'
import { printedRule } from '../support/printed-rules.js'

/** With every attribute that the kernel of Debian 12 has, each of another value. */
const full = {
  priority: 0x0102,
  iif: 'lo',
  oif: 'nope',
  tos: 0x10,
  fwmark: 0x0203,
  fwmask: 0x0fff,
  ipproto: 'udp',
  sport: { first: 0x1234, last: 0x5678 },
  dport: 80,
  uidrange: { first: 0x01_0203, last: 0x01_0207 },
  tunId: 0x1_0002_0003n,
  suppressPrefixlength: 7,
  suppressIfgroup: 0x0103,
  table: 0x0102_0304,
  proto: 'bgp',
} as const satisfies RuleOptions

const various: readonly RuleOptions[] = [
  { priority: 300, not: true, fwmark: 7, table: 100 },
  { priority: 301, l3mdev: true },
  { priority: 302, goto: 32766 },
  { priority: 303, goto: 4242 },
  { priority: 304, action: 'nop', ipproto: 99 },
  { priority: 305, action: 'blackhole', uidrange: 0x010203 },
  { priority: 306, action: 'unreachable', fwmark: 0, fwmask: 0xff },
  { priority: 307, action: 'prohibit', sport: 4660 },
]
const families = [
  { family: 'inet', from: '10.1.0.0/16', to: '10.4.5.6/32', more: { realms: { from: 18, to: 52 } } },
  { family: 'inet6', from: '2001:db8:1::/48', to: '2001:db8:2::5/128', more: { srcSearch: true } },
] as const

const number = { inet: '-4', inet6: '-6' } as const

test.each(families)('what is written is what ip and we read back: $family', async ({ family, from, to, more }) => {
  const ns = await testNamespace()
  const where = { netns: ns.name }
  const options = [{ ...full, from, to, ...more }, { priority: 299, from: to }, ...various]
  const outcomes = await batch(
    options.map((one) => addRule.op({ family, ...one })),
    where,
  )
  const made = outcomes.map((outcome) => (outcome.ok ? outcome.value : outcome.error))
  expect(made).toMatchObject(options)
  expect(made[0]).toEqual({ family, from, to, ...full, ...more, action: 'lookup', flags: ['oifDetached'] })
  expect(made[5]).toMatchObject({ action: 'goto', flags: ['unresolved'] })
  const listed = await listRules({ family }, where)
  expect(listed.filter(({ priority }) => priority > 0 && priority < 32766)).toEqual(made)
  expect(listed.map(printedRule)).toEqual(await ns.show(`${number[family]} rule show`))
})

describe('verbs', () => {
  const from = '10.1.0.0/16'
  const of = (rules: readonly Rule[]) => rules.filter(({ priority }) => priority !== 0 && priority < 32766)

  test('add tells the priority that the kernel chose', async () => {
    const ns = await testNamespace()
    const where = { netns: ns.name }
    const made = [await addRule({ from, table: 100 }, where), await addRule({ to: from, table: 100 }, where)]
    expect(made.map(({ priority }) => priority)).toEqual([32765, 32764])
    const shown = (await ns.show('rule show')).filter(({ table }) => table === '100')
    expect(shown.map(({ priority, dst }) => [priority, dst])).toEqual([
      [32764, '10.1.0.0'],
      [32765, undefined],
    ])
    // The kernel would make another one of either.
    await expect(addRule({ from, table: 100 }, where)).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    await expect(addRule({ from, table: 100, priority: 32765 }, where)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(of(await listRules({ family: 'inet' }, where))).toHaveLength(2)
  })

  test('what differs in not or goto alone is another rule, other than the kernel has it', async () => {
    const where = { netns: (await testNamespace()).name }
    const rules: RuleOptions[] = [
      { from, table: 100, priority: 500 },
      { not: true, from, table: 100, priority: 500 },
      { from, goto: 32766, priority: 501 },
      { from, goto: 32767, priority: 501 },
    ]
    for (const rule of rules) await addRule(rule, where)
    for (const rule of rules) await expect(addRule(rule, where)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(of(await listRules({ from }, where))).toMatchObject(rules)
    // The kernel would delete the rule before it.
    await expect(deleteRule({ not: true, from }, where)).rejects.toMatchObject({ code: 'EBUSY', applied: false })
    await expect(deleteRule({ goto: 32767 }, where)).rejects.toMatchObject({ code: 'EBUSY' })
    expect(of(await listRules({ from }, where))).toHaveLength(4)
    await deleteRule({ not: false, from, table: 100 }, where)
    await deleteRule({ not: true, from }, where)
    expect(await flushRules({ priority: 501 }, where)).toMatchObject(rules.slice(2))
    expect(of(await listRules({ family: 'inet' }, where))).toEqual([])
  })

  test('delete wants to know which, and fails where there is none', async () => {
    const where = { netns: (await testNamespace()).name }
    await addRule({ priority: 500, table: 100 }, where)
    await addRule({ priority: 500, table: 100, from }, where)
    await addRule({ priority: 500, table: 100, fwmark: 5 }, where)
    const left = async () => of(await listRules({ family: 'inet' }, where)).map((rule) => rule.from ?? rule.fwmark)
    await expect(deleteRule({ priority: 500 }, where)).rejects.toMatchObject({ path: 'any' })
    await expect(deleteRule({ priority: 501 }, where)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(deleteRule({ family: 'inet6', priority: 500 }, where)).rejects.toMatchObject({ code: 'ENOENT' })
    await deleteRule({ fwmark: 5 }, where)
    expect(await left()).toEqual([undefined, from])
    await deleteRule({ priority: 500, any: true }, where)
    expect(await left()).toEqual([from])
  })

  test('flush takes what it says, and rule 0 only by its name', async () => {
    const ns = await testNamespace()
    const where = { netns: ns.name }
    const six = { family: 'inet6', table: 100 } as const
    for (const rule of [
      { table: 100 },
      { table: 101 },
      six,
      { priority: 0, table: 100, proto: 'bgp' },
    ] as RuleOptions[])
      await addRule(rule, where)
    const gone = await flushRules({ table: 100 }, where)
    expect(gone.map(({ family, table }) => `${family} ${table}`)).toEqual(['inet 100', 'inet6 100'])
    expect((await flushRules({ proto: 'kernel' }, where)).map(({ priority }) => priority)).toEqual([
      32766, 32767, 32766,
    ])
    expect((await ns.show('rule show')).map(({ priority, table }) => [priority, table])).toEqual([
      [0, 'local'],
      [0, '100'],
      [32764, '101'],
    ])
    expect(await flushRules({ priority: 0, proto: 'bgp' }, where)).toHaveLength(1)
  })

  test('all that is listed can be deleted and added again as it is', async () => {
    const where = { netns: (await testNamespace()).name }
    for (const { family, from, to, more } of families) {
      const options = [{ ...full, from, to, ...more }, ...various]
      await batch(
        options.map((one) => addRule.op({ family, ...one })),
        where,
      )
    }
    const before = await listRules({}, where)
    expect(before.length).toBeGreaterThan(20)
    for (const rule of before) await deleteRule(rule, where)
    expect(await listRules({}, where)).toEqual([])
    for (const rule of before) await addRule(rule, where)
    expect(await listRules({}, where)).toEqual(before)
  })

  test('many, in a batch and blocking', async () => {
    const where = { netns: (await testNamespace()).name }
    const all = Array.from({ length: 300 }, (_, i) => ({ priority: 1000 + i, fwmark: i + 1, table: 100 }))
    const outcomes = batch.sync(
      all.map((rule) => addRule.op(rule)),
      where,
    )
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    expect(listRules.sync({ table: 100 }, where)).toMatchObject(all)
    expect(flushRules.sync({ table: 100 }, where)).toHaveLength(300)
  })

  test('a failure says about what', async () => {
    const where = { netns: (await testNamespace()).name }
    const backwards = addRule({ goto: 5, priority: 6 }, where)
    await expect(backwards).rejects.toMatchObject({ code: 'EINVAL', request: 'RTM_NEWRULE' })
    await expect(backwards).rejects.toThrow(/^cannot add rule 6: /)
  })
})

describe('which table decides', () => {
  let ns: TestNamespace
  let where: { netns: string }
  beforeAll(async () => {
    ns = await createTestNamespace([
      'link add eth0 index 258 type veth peer name eth1',
      ...['eth0', 'eth1', 'lo'].map((dev) => `link set ${dev} up`),
      'address add 10.1.2.3/24 dev eth0',
      'address add 2001:db8:1::3/64 dev eth0 nodad',
      'route add default dev eth0 table 100',
      'route add 10.9.0.0/16 dev eth0 table 100',
      'route add 2001:db8:9::/48 dev eth0 table 100',
      'route add 2000::/3 dev eth0 table 100',
    ])
    where = { netns: ns.name }
  })
  afterAll(() => ns.remove())

  const dst = { inet: '10.9.8.7', inet6: '2001:db8:9::7' } as const

  /** The table of the route that the kernel takes, or what it refuses with. */
  async function decision(family: 'inet' | 'inet6', packet: Partial<RouteLookup>): Promise<unknown> {
    try {
      return (await lookupRoute({ dst: dst[family], ...packet }, where)).table
    } catch (error) {
      if (isKernelError(error)) return error.code
      throw error
    }
  }

  type Row = [rule: RuleOptions, fits: Partial<RouteLookup>, not: Partial<RouteLookup>]

  /** Each rule alone: a packet that it fits, and one that it does not. */
  async function tried(family: 'inet' | 'inet6', rows: readonly Row[]): Promise<unknown[]> {
    const wrong: unknown[] = []
    for (const [options, fits, not] of rows) {
      const rule = await addRule({ family, table: 100, priority: 500, ...options }, where)
      const found = [await decision(family, fits), await decision(family, not)]
      await deleteRule(rule, where)
      if (found[0] !== 100 || found[1] !== 'ENETUNREACH') wrong.push({ options, found })
    }
    return wrong
  }

  const both: readonly Row[] = [
    [{ fwmark: 5 }, { mark: 5 }, { mark: 4 }],
    [{ fwmark: 0x10, fwmask: 0xf0 }, { mark: 0x11 }, { mark: 0x21 }],
    [{ fwmark: 5, not: true }, { mark: 4 }, { mark: 5 }],
    [{ uidrange: '1000-1001' }, { uid: 1001 }, { uid: 1002 }],
    [
      { ipproto: 'tcp', dport: 80 },
      { ipproto: 'tcp', dport: 80 },
      { ipproto: 'udp', dport: 80 },
    ],
    [
      { ipproto: 'udp', sport: '4660-4670' },
      { ipproto: 'udp', sport: 4670 },
      { ipproto: 'udp', sport: 4671 },
    ],
    [{ oif: 'eth0' }, { oif: 'eth0' }, {}],
    [{ tos: 0x10 }, { tos: 0x10 }, { tos: 0x8 }],
    [{ suppressPrefixlength: 15, priority: 501 }, {}, { dst: '192.0.2.1' }],
  ]

  test('IPv4', async () => {
    const rows: Row[] = [
      ...both,
      [{ to: '10.9.8.0/24' }, {}, { dst: '10.9.7.1' }],
      [{ from: '10.1.2.0/24' }, { from: '10.1.2.3' }, {}],
      [{ iif: 'lo' }, {}, { iif: 'eth1', from: '10.1.2.9' }],
    ]
    // A packet that is to be sent on is asked about only where that is allowed.
    expect(await tried('inet', rows.slice(0, -1))).toEqual([])
  })

  test('IPv6', async () => {
    const rows: Row[] = [
      ...both.slice(0, -1),
      [{ to: '2001:db8:9::/64' }, {}, { dst: '2001:db8:9:1::1' }],
      [{ from: '2001:db8:1::/64' }, { from: '2001:db8:1::3' }, {}],
    ]
    expect(await tried('inet6', rows)).toEqual([])
  })

  test('goto, nop, and those that refuse', async () => {
    const rules: RuleOptions[] = [
      { priority: 500, fwmark: 1, goto: 600 },
      { priority: 501, fwmark: 1, action: 'blackhole' },
      { priority: 600, action: 'nop' },
      { priority: 601, fwmark: 2, action: 'blackhole' },
      { priority: 602, fwmark: 3, action: 'unreachable' },
      { priority: 603, fwmark: 4, action: 'prohibit' },
      { priority: 604, table: 100 },
    ]
    for (const rule of rules) await addRule(rule, where)
    const found = await Promise.all([1, 2, 3, 4, 5].map((mark) => decision('inet', { mark })))
    await flushRules({ family: 'inet', proto: 'unspec' }, where)
    expect(found).toEqual([100, 'EINVAL', 'ENETUNREACH', 'EACCES', 100])
  })

  const newer: readonly [what: string, family: 'inet' | 'inet6', rows: readonly Row[]][] = [
    ['dscp of rules (FRA_DSCP)', 'inet', [[{ dscp: 10 }, { tos: 40 }, { tos: 44 }]]],
    ['dscp of rules (FRA_DSCP)', 'inet6', [[{ dscp: 10 }, { tos: 40 }, { tos: 44 }]]],
    [
      'flowlabel of rules (FRA_FLOWLABEL)',
      'inet6',
      [
        [{ flowlabel: 0x10203 }, { flowlabel: 0x10203 }, { flowlabel: 0x10204 }],
        [{ flowlabel: 0x203, flowlabelMask: 0xfff }, { flowlabel: 0x55203 }, { flowlabel: 0x55204 }],
      ],
    ],
    [
      'sportMask of rules (FRA_SPORT_MASK)',
      'inet',
      [
        [
          { ipproto: 'udp', sport: 0x1200, sportMask: 0xff00 },
          { ipproto: 'udp', sport: 0x1234 },
          { ipproto: 'udp', sport: 0x1334 },
        ],
      ],
    ],
    [
      'dportMask of rules (FRA_DPORT_MASK)',
      'inet6',
      [
        [
          { ipproto: 'udp', dport: 0x1200, dportMask: 0xff00 },
          { ipproto: 'udp', dport: 0x1234 },
          { ipproto: 'udp', dport: 0x1334 },
        ],
      ],
    ],
    ['dscpMask of rules (FRA_DSCP_MASK)', 'inet', [[{ dscp: 8, dscpMask: 0x38 }, { tos: 44 }, { tos: 64 }]]],
  ]
  test.for(newer)('%s, %s', async ([what, family, rows], context) => {
    const before = await listRules({}, where)
    const wrong = await tried(family, rows).catch(async (error) => {
      // A rule without it would be one for all packets.
      expect(await listRules({}, where)).toEqual(before)
      return skipUnknown(context, what)(error)
    })
    expect(wrong).toEqual([])
  })
})

test('rules of multicast routing', async (context) => {
  const where = { netns: (await testNamespace()).name }
  for (const family of ['ipmr', 'ip6mr'] as const) {
    const before = await listRules({ family }, where).catch((error) => {
      if (isKernelError(error, 'EAFNOSUPPORT'))
        context.skip('this kernel has one table for multicast routes (CONFIG_IP_MROUTE_MULTIPLE_TABLES)')
      throw error
    })
    const made = await addRule({ family, iif: 'eth0', fwmark: 5, table: 100 }, where)
    expect(made).toMatchObject({ family, iif: 'eth0', fwmark: 5, table: 100, flags: ['iifDetached'] })
    expect(await listRules({ family }, where)).toEqual([made, ...before])
    expect(await listRules({ iif: 'eth0' }, where)).toEqual([])
    await deleteRule(made, where)
    expect(await listRules({ family }, where)).toEqual(before)
  }
})
