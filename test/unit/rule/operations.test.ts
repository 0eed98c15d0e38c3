import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import type { Request } from '../../../lib/netlink/request.js'
import { RTM_DELRULE, RTM_NEWRULE } from '../../../lib/rtnetlink/constants.js'
import { flushRules, listRules, type RuleFilter } from '../../../lib/rule/list.js'
import { addRule, deleteRule } from '../../../lib/rule/operations.js'
import type { RuleDeletion, RuleOptions } from '../../../lib/rule/options.js'
import type { Rule } from '../../../lib/rule/rule.js'
import { refusal } from '../../support/links.js'
import { endings, type FamilyCases, runSteps, testFixtures } from '../../support/requests.js'

const from = '10.1.0.0/16'
const main: Rule = {
  family: 'inet',
  priority: 32766,
  action: 'lookup',
  table: 'main',
  proto: 'kernel',
  flags: [],
}
const rule = (more: Partial<Rule>): Rule => ({ ...main, proto: 'unspec', ...more })

/** The kernel echoes what it is told; a listing has `rules`. */
const kernelWith =
  (rules: readonly Rule[], made: Partial<Rule> = {}) =>
  ({ mode }: Request) =>
    mode === 'dump' ? rules : mode === 'echo' ? [{ ...main, priority: 5, ...everything, ...made }] : undefined
/** Nothing that was said is lost. */
const everything: Partial<Rule> = { dscp: 10, dscpMask: 62, flowlabel: 1, flowlabelMask: 2, sportMask: 3, dportMask: 4 }

const add = (options: RuleOptions) => ({ op: addRule.op(options), answer: kernelWith([]) })
const adds = (command: string, words: Readonly<Record<string, RuleOptions>>): FamilyCases['same'] =>
  endings(command, words, add)

const removal = (options: RuleDeletion, except: Readonly<Record<string, string>>, rules: readonly Rule[] = [main]) => ({
  op: deleteRule.op(options),
  answer: kernelWith(rules),
  except,
})
const whole = 'all that the rule has is said, so that the kernel takes no other for it'

describe('bytes as iproute2 sends them', () => {
  testFixtures('rule', {
    unless: { 'differs: flags = "0x601", ip "0x605"': 'only the last request of a send asks for an answer' },
    same: {
      ...adds('ip rule add', {
        'from 10.1.0.0/16 table 100': { from, table: 100 },
        'from 10.1.2.3 lookup main priority 66051': { from: '10.1.2.3', table: 'main', priority: 66051 },
        'to 10.1.0.0/16 table 16909060 pref 258': { to: from, table: 16909060, priority: 258 },
        'from 10.1.0.0/16 to 10.4.5.0/24 table 258 protocol bgp': { from, to: '10.4.5.0/24', table: 258, proto: 'bgp' },
        'not from 10.1.0.0/16 table 100': { not: true, from, table: 100 },
        'iif eth0 table 100': { iif: 'eth0', table: 100 },
        'oif eth0 table 100': { oif: 'eth0', table: 100 },
        'iif lo oif eth0 table 100': { iif: 'lo', oif: 'eth0', table: 100 },
        'fwmark 0x10203 table 100': { fwmark: 0x10203, table: 100 },
        'fwmark 0x10203/0xffffff table 100': { fwmark: 0x10203, fwmask: 0xffffff, table: 100 },
        'tos 0x10 table 100': { tos: 0x10, table: 100 },
        'ipproto tcp dport 80 table 100': { ipproto: 'tcp', dport: 80, table: 100 },
        'ipproto udp sport 4660-22136 dport 258-513 table 100': {
          ipproto: 'udp',
          sport: '4660-22136',
          dport: { first: 258, last: 513 },
          table: 100,
        },
        'ipproto 99 sport 4660 table 100': { ipproto: 99, sport: 4660, table: 100 },
        'uidrange 66051-66055 table 100': { uidrange: '66051-66055', table: 100 },
        'l3mdev priority 1000': { l3mdev: true, priority: 1000 },
        'l3mdev blackhole priority 1000': { l3mdev: true, action: 'blackhole', priority: 1000 },
        'tun_id 66051 table 100': { tunId: 66051, table: 100 },
        'suppress_prefixlength 0 table main': { suppressPrefixlength: 0 },
        'suppress_ifgroup 258 table main': { suppressIfgroup: 258, table: 'main' },
        'realms 18/52 table 100': { realms: { from: 18, to: 52 }, table: 100 },
        'realms 18 table 100': { realms: { to: 18 }, table: 100 },
        'goto 32766 priority 258': { goto: 32766, priority: 258 },
        'nop priority 258': { action: 'nop', priority: 258 },
        'blackhole from 10.1.0.0/16': { action: 'blackhole', from },
        'unreachable from 10.1.0.0/16 priority 258': { action: 'unreachable', from, priority: 258 },
        'prohibit from 10.1.0.0/16 priority 258': { action: 'prohibit', from, priority: 258 },
        'type blackhole from 10.1.0.0/16': { action: 6, from },
        'table 100': { table: 100 },
      }),
      'ip rule add from all table local': () => ({
        ...add({ from: 'all', table: 'local' }),
        except: { 'ip alone: 2 = ': 'an address without bytes says no more than none' },
      }),
      ...adds('ip -6 rule add', {
        'from 2001:db8:1::/48 table 100': { from: '2001:db8:1::/48', table: 100 },
        'to 2001:db8:1:2::3 table 16909060 priority 258': { to: '2001:db8:1:2::3', table: 16909060, priority: 258 },
        'fwmark 0x10203 table 100': { family: 'inet6', fwmark: 0x10203, table: 100 },
        'tos 0x10 table 100': { family: 'inet6', tos: 0x10, table: 100 },
        'iif eth0 blackhole': { family: 'inet6', iif: 'eth0', action: 'blackhole' },
      }),
      'ip mrule add iif eth0 table 100': () => add({ family: 'ipmr', iif: 'eth0', table: 100 }),
      'ip -6 mrule add oif eth0 table 100': () => add({ family: 'ip6mr', oif: 'eth0', table: 100 }),
      'ip rule del priority 32766': () =>
        removal(
          { priority: 32766 },
          {
            'differs: table = 254, ip 0': whole,
            'differs: action = "lookup", ip "unspec"': whole,
            'ours alone: 21 = 02': whole,
          },
        ),
      'ip rule del from 10.1.0.0/16 table 100': () =>
        removal(
          { from, table: 100 },
          {
            'differs: action = "lookup", ip "unspec"': whole,
            'ours alone: 6 = 01010000': whole,
            'ours alone: 21 = 00': whole,
          },
          [rule({ from, table: 100, priority: 257 }), main],
        ),
      'ip rule del priority 32766 table main': () =>
        removal(
          { priority: 32766, table: 'main' },
          { 'differs: action = "lookup", ip "unspec"': whole, 'ours alone: 21 = 02': whole },
        ),
    },
  })
  testFixtures('rule-newest', {
    unless: { 'differs: flags = "0x601", ip "0x605"': 'only the last request of a send asks for an answer' },
    same: {
      ...adds('ip rule add', {
        'dscp 10 table 100': { dscp: 10, table: 100 },
        'dscp 10/0x3e table 100': { dscp: 10, dscpMask: 0x3e, table: 100 },
        'ipproto tcp sport 0x1200/0xff00 table 100': { ipproto: 'tcp', sport: 0x1200, sportMask: 0xff00, table: 100 },
        'ipproto udp dport 0x1200/0xff00 sport 258 table 100': {
          ipproto: 'udp',
          dport: 0x1200,
          dportMask: 0xff00,
          sport: 258,
          table: 100,
        },
        'ipproto tcp dport 0x1234/0xffff table 100': { ipproto: 'tcp', dport: 0x1234, table: 100 },
      }),
      ...adds('ip -6 rule add', {
        'dscp 33 table 100': { family: 'inet6', dscp: 33, table: 100 },
        'flowlabel 0x10203 table 100': { family: 'inet6', flowlabel: 0x10203, table: 100 },
        'flowlabel 0x203/0xfff table 100': { family: 'inet6', flowlabel: 0x203, flowlabelMask: 0xfff, table: 100 },
      }),
    },
  })
  testFixtures('rule-dumps', {
    same: {
      'ip rule show': () => listRules.op({ family: 'inet' }),
      'ip -6 rule show': () => listRules.op({ family: 'inet6' }),
      'ip mrule show': () => listRules.op({ family: 'ipmr' }),
      'ip rule show table 100': () => listRules.op({ family: 'inet', table: 100 }),
    },
  })
})

describe('refused before anything changes', () => {
  test.each<[string, string, unknown]>([
    ['bits behind the prefix', 'from', { from: '10.1.2.3/16' }],
    ['a link in place of a network', 'to', { to: 'eth0' }],
    ['networks of two families', 'to', { from, to: '2001:db8::/32' }],
    ['a network of another family', 'from', { family: 'inet6', from }],
    ['an unknown family', 'family', { family: 'mpls' }],
    ['a priority of 33 bits', 'priority', { priority: 2 ** 32 }],
    ['an unknown action', 'action', { action: 'drop' }],
    ['no action', 'action', { action: 'unspec' }],
    ['goto without a rule to go to', 'goto', { action: 'goto' }],
    ['goto beside another action', 'goto', { action: 'nop', goto: 5 }],
    ['a table beside goto', 'table', { goto: 5, table: 5 }],
    ['a table beside blackhole', 'table', { action: 'blackhole', table: 5 }],
    ['a table beside l3mdev', 'table', { l3mdev: true, table: 5 }],
    ['suppression without a look-up', 'suppressPrefixlength', { action: 'nop', suppressPrefixlength: 0 }],
    ['a table of 0', 'table', { table: 0 }],
    ['a mask without a mark', 'fwmask', { fwmask: 1 }],
    ['a mask without a port', 'dportMask', { sport: 5, dportMask: 1 }],
    ['a mask of several ports', 'sportMask', { sport: '5-6', sportMask: 1 }],
    ['a mask without dscp', 'dscpMask', { dscpMask: 1 }],
    ['tos and dscp', 'tos', { tos: 4, dscp: 1 }],
    ['a dscp of seven bits', 'dscp', { dscp: 64 }],
    ['ports the wrong way round', 'dport', { dport: '6-5' }],
    ['port 0', 'sport', { sport: 0 }],
    ['the highest user', 'uidrange', { uidrange: 0xffff_ffff }],
    ['a link without name', 'iif', { iif: '' }],
    ['a link with an index', 'oif', { oif: 5 }],
    ['a long name', 'oif', { oif: 'a234567890123456' }],
    ['a flow label of IPv4', 'flowlabel', { flowlabel: 5 }],
    ['a flow label of 21 bits', 'flowlabel', { family: 'inet6', flowlabel: 0x10_0000 }],
    ['realms of IPv6', 'realms', { family: 'inet6', realms: { to: 5 } }],
    ['srcSearch of IPv4', 'srcSearch', { from, srcSearch: true }],
    ['a network of multicast routing', 'from', { family: 'ipmr', from }],
    ['a switch that is none', 'not', { not: 1 }],
    ['a protocol of nine bits', 'proto', { proto: 256 }],
    ['an unknown option', 'pref', { pref: 5 }],
    ['a hostile name', '__proto__', JSON.parse('{"__proto__": 1}')],
  ])('%s', (_what, path, options) => {
    const answer = kernelWith([])
    expect(refusal(addRule.op(options as RuleOptions), { answer })).toMatchObject({ path, changes: [] })
  })

  test('deletions and filters that say nothing', () => {
    expect(refusal(deleteRule.op({}))).toMatchObject({ changes: [] })
    expect(refusal(deleteRule.op({ family: 'inet6', any: true }))).toMatchObject({ changes: [] })
    expect(refusal(flushRules.op({ family: 'inet' }))).toMatchObject({ changes: [] })
    expect(refusal(listRules.op({ family: 'ipv4' as never }))).toMatchObject({ path: 'family' })
    expect(refusal(listRules.op({ action: 'drop' as never }))).toMatchObject({ path: 'action' })
    expect(refusal(flushRules.op({ priority: -1 }))).toMatchObject({ path: 'priority' })
  })
})

const sentOf = (run: { readonly sent: readonly { readonly request: Request }[] }, type: number) =>
  run.sent.filter(({ request }) => request.type === type).map(({ request }) => request.value)

describe('add is exclusive', () => {
  const twin = rule({ from, table: 100, priority: 700 })

  test('also without a priority, where the kernel would find a free one', () => {
    const attempt = () => runSteps(addRule.op({ from, table: 100 }), { answer: kernelWith([twin]) })
    expect(attempt).toThrow(expect.objectContaining({ code: 'EEXIST', applied: false }))
    expect(attempt).toThrow('cannot add rule from 10.1.0.0/16: it exists, with priority 700 [EEXIST]')
    // One that differs in anything is another.
    for (const more of [{ fwmark: 0 }, { not: true }, { proto: 'bgp' }, { table: 101 }, { to: from }] as RuleOptions[])
      runSteps(addRule.op({ from, table: 100, ...more }), { answer: kernelWith([twin], { from }) })
  })

  /** What rule_exists says of a rule that differs in `not` or `goto` alone. */
  const lying = (rules: readonly Rule[]) => (request: Request) => {
    if (request.mode === 'echo' && (request.flags & 0x200) !== 0)
      throw new KernelError('exists', { code: 'EEXIST', errno: 17, request: request.name })
    return kernelWith(rules)(request)
  }

  test('and takes the kernel not at its word that there is one', () => {
    const op = addRule.op({ not: true, from, table: 100, priority: 700 })
    const run = runSteps(op, { answer: lying([twin]) })
    expect(run.sent.map(({ request }) => [request.mode, request.flags])).toEqual([
      ['echo', 0x600],
      ['dump', 0],
      ['echo', 0x400],
    ])
    const same = addRule.op({ from, table: 100, priority: 700 })
    expect(() => runSteps(same, { answer: lying([twin]) })).toThrow(expect.objectContaining({ code: 'EEXIST' }))
  })

  test('what the kernel does not echo is read back', () => {
    const made = rule({ from, table: 100, priority: 5 })
    let dumps = 0
    const answer = ({ mode }: Request) => (mode === 'echo' ? [] : ++dumps === 1 ? [] : [made])
    expect(runSteps(addRule.op({ from, table: 100 }), { answer }).result).toEqual(made)
  })

  test('what the kernel passed over is taken back', () => {
    const made = rule({ from, table: 100, priority: 5 })
    const gone: Request[] = []
    const answer = (request: Request) => {
      if (request.type === RTM_DELRULE) gone.push(request)
      return request.type === RTM_NEWRULE && request.mode === 'echo' ? [made] : []
    }
    const attempt = () => runSteps(addRule.op({ from, dscp: 10, table: 100 }), { answer })
    expect(attempt).toThrow(/this kernel has no dscp of rules \(FRA_DSCP\)/)
    expect(gone).toHaveLength(1)
  })
})

describe('which rule is deleted', () => {
  const specific = rule({ priority: 500, from, table: 100 })
  const general = rule({ priority: 500, table: 100 })
  const negated = rule({ priority: 500, not: true, from, table: 100 })
  const all = [specific, rule({ priority: 501, table: 7 }), main]
  const gone = (options: RuleDeletion, rules: readonly Rule[]) =>
    sentOf(runSteps(deleteRule.op(options), { answer: kernelWith(rules) }), RTM_DELRULE)

  test('the only one that fits, with all that it has', () => {
    expect(gone({ priority: 500 }, all)).toMatchObject([
      { header: { fromLength: 16, table: 100, action: 'lookup' }, attributes: { priority: 500 } },
    ])
    expect(gone({ table: 7 }, all)).toMatchObject([{ header: { table: 7 }, attributes: { priority: 501 } }])
    // Two that have nothing to tell them apart are as good as one.
    expect(gone({ table: 100 }, [specific, { ...specific }])).toHaveLength(1)
  })

  test('none of several, unless the first is asked for or one has nothing beside', () => {
    const both = [general, specific]
    expect(refusal(deleteRule.op({ priority: 500 }), { answer: kernelWith(both) })).toMatchObject({ path: 'any' })
    expect(gone({ priority: 500, any: true }, both)).toMatchObject([{ header: { fromLength: undefined } }])
    expect(gone({ priority: 500, table: 100 }, both)).toMatchObject([{ header: { fromLength: undefined } }])
    expect(gone({ ...specific }, both)).toMatchObject([{ header: { fromLength: 16 } }])
  })

  test('none where the kernel would take another for it', () => {
    const attempt = (options: RuleDeletion, rules: readonly Rule[]) => () => gone(options, rules)
    const busy = expect.objectContaining({ code: 'EBUSY', applied: false })
    expect(attempt({ ...general }, [specific, general])).toThrow(busy)
    expect(attempt({ ...negated }, [specific, negated])).toThrow(
      'cannot delete rule 500 not from 10.1.0.0/16: the kernel would delete rule 500 from 10.1.0.0/16 in its place',
    )
    expect(attempt({ ...specific }, [negated, specific])).toThrow(busy)
    expect(gone({ ...specific }, [specific, negated])).toHaveLength(1)
  })

  test('none where only the switch differs', () => {
    const attempt = () => gone({ not: true, from }, [specific])
    expect(attempt).toThrow(expect.objectContaining({ code: 'ENOENT', request: 'RTM_DELRULE' }))
  })

  test('a flush leaves rule 0 alone unless it is asked for', () => {
    const zero = rule({ priority: 0, table: 'local', proto: 'kernel' })
    const flushed = (filter: RuleFilter) =>
      runSteps(flushRules.op(filter), { answer: kernelWith([zero, main, specific]) }).result
    expect(flushed({ proto: 'kernel' })).toEqual([main])
    expect(flushed({ priority: 0 })).toEqual([zero])
    expect(flushed({ table: 100 })).toEqual([specific])
  })

  test('a flush removes what shadows with what is shadowed, and nothing else', () => {
    const flush = (filter: RuleFilter, rules: readonly Rule[]) => () =>
      runSteps(flushRules.op(filter), { answer: kernelWith(rules) })
    expect(flush({ priority: 500 }, [specific, general])().result).toEqual([specific, general])
    const bgp = rule({ ...general, proto: 'bgp' })
    expect(flush({ proto: 'unspec' }, [bgp, general])).toThrow(expect.objectContaining({ code: 'EBUSY' }))
  })
})
