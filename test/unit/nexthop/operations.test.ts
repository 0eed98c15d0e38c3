import { describe, expect, test } from 'vitest'
import { getNexthopBucket, listNexthopBuckets } from '../../../lib/nexthop/buckets.js'
import { flushNexthops, listNexthops } from '../../../lib/nexthop/list.js'
import type { NexthopObject } from '../../../lib/nexthop/nexthop.js'
import {
  addNexthop,
  deleteNexthop,
  getNexthop,
  type NexthopObjectOptions,
  replaceNexthop,
} from '../../../lib/nexthop/operations.js'
import { refusal } from '../../support/links.js'
import { endings, runSteps, testFixtures } from '../../support/requests.js'

const v4 = '10.1.2.9'
const v6 = '2001:db8:1:2::9'
const both = [{ id: 66_051 }, { id: 66_055 }]

/** Look-ups are acknowledged. */
const unless = {
  'differs: flags = "0x5", ip "0x1"': 'a look-up is acknowledged too: how its reply is known to be complete',
}

describe('bytes as iproute2 sends them', () => {
  testFixtures('nexthop', {
    unless,
    same: {
      ...endings<NexthopObjectOptions>(
        'ip nexthop add id 4660',
        {
          [`via ${v4} dev eth0`]: { via: v4, dev: 'eth0' },
          [`via ${v6} dev eth0`]: { via: v6, dev: 'eth0' },
          'dev eth0': { dev: 'eth0' },
          'via 172.20.1.2 dev eth0 onlink': { via: '172.20.1.2', dev: 'eth0', onlink: true },
          blackhole: { blackhole: true },
          [`via ${v4} dev eth0 protocol bgp`]: { via: v4, dev: 'eth0', proto: 'bgp' },
          [`via ${v4} dev eth0 protocol 66`]: { via: v4, dev: 66_051, proto: 66 },
          [`encap mpls 258/513 via ${v4} dev eth0`]: {
            ...{ encap: { type: 'mpls', labels: [258, 513] }, via: v4, dev: 'eth0' },
          },
          'via 10.4.5.8 fdb': { via: '10.4.5.8', fdb: true },
          'group 66051,3/66055,254': {
            group: [
              { id: 66_051, weight: 3 },
              { id: 66_055, weight: 254 },
            ],
          },
          'group 66061/66062 fdb': { group: [{ id: 66_061 }, { id: 66_062 }], fdb: true },
          'group 66051/66055 type mpath': { group: both, type: 'mpath' },
          'group 66051/66055 type resilient buckets 4660 idle_timer 258 unbalanced_timer 513': {
            ...{ group: both, type: 'resilient', buckets: 4660, idleTimer: 258, unbalancedTimer: 513 },
          },
        },
        (options) => addNexthop.op({ id: 4660, ...options }),
      ),
      'ip nexthop add id 4660 group 66051/66055': () => addNexthop.op({ id: 4660, group: both }),
      [`ip nexthop add via ${v4} dev eth0`]: () => addNexthop.op({ via: v4, dev: 'eth0' }),
      'ip -6 nexthop add id 4660 dev eth0': () => addNexthop.op({ id: 4660, dev: 'eth0', family: 'inet6' }),
      'ip -6 nexthop add id 4660 blackhole': () => addNexthop.op({ id: 4660, blackhole: true, family: 'inet6' }),
      'ip nexthop replace id 66051 via 10.1.2.10 dev eth0': () =>
        replaceNexthop.op({ id: 66_051, via: '10.1.2.10', dev: 'eth0' }),
      'ip nexthop replace id 66071 group 66051,5/66055 type resilient': () =>
        replaceNexthop.op({ id: 66_071, group: [{ id: 66_051, weight: 5 }, { id: 66_055 }], type: 'resilient' }),
      'ip nexthop del id 66051': () => deleteNexthop.op({ id: 66_051 }),
      'ip nexthop get id 66051': () => getNexthop.op({ id: 66_051 }),
    },
  })
  testFixtures('nexthop-newest', {
    same: endings<NexthopObjectOptions>(
      'ip nexthop add id 4660',
      {
        'group 66051,4660/66055,65535': {
          group: [
            { id: 66_051, weight: 4660 },
            { id: 66_055, weight: 65_535 },
          ],
        },
        'group 66051/66055 hw_stats on': { group: both, hwStats: true },
        'group 66051/66055 hw_stats off': { group: both, hwStats: false },
      },
      (options) => addNexthop.op({ id: 4660, ...options }),
    ),
  })
  testFixtures('nexthop-dumps', {
    same: {
      'ip nexthop show': () => listNexthops.op(),
      'ip -6 nexthop show': () => listNexthops.op({ family: 'inet6' }),
      'ip nexthop show dev eth0': () => listNexthops.op({ dev: 'eth0' }),
      'ip nexthop show master eth1': () => listNexthops.op({ master: 'eth1' }),
      'ip nexthop show groups': () => listNexthops.op({ groups: true }),
      'ip nexthop show fdb': () => listNexthops.op({ fdb: true }),
      'ip -s nexthop show': () => listNexthops.op({ stats: true }),
      'ip -s -s nexthop show': () => listNexthops.op({ hwStats: true }),
    },
  })
  testFixtures('nexthop-bucket', {
    unless,
    same: {
      'ip nexthop bucket show': () => listNexthopBuckets.op(),
      'ip nexthop bucket show id 66071': () => listNexthopBuckets.op({ id: 66_071 }),
      'ip nexthop bucket show id 66071 nhid 66051': () => listNexthopBuckets.op({ id: 66_071, nhid: 66_051 }),
      'ip nexthop bucket show dev eth0': () => listNexthopBuckets.op({ dev: 'eth0' }),
      'ip nexthop bucket show master eth1': () => listNexthopBuckets.op({ master: 'eth1' }),
      'ip nexthop bucket get id 66071 index 5': () => getNexthopBucket.op({ id: 66_071, index: 5 }),
    },
  })
})

describe('refused before anything is sent', () => {
  const links = { eth0: 66_051 }
  const single: NexthopObjectOptions = { id: 1, via: v4, dev: 'eth0' }
  const group: NexthopObjectOptions = { id: 1, group: [{ id: 2 }] }
  const resilient: NexthopObjectOptions = { ...group, type: 'resilient', buckets: 8 }
  test.each<[string, string, unknown]>([
    ['nothing', 'dev', { id: 1 }],
    ['no link', 'dev', { id: 1, via: v4 }],
    ['an id that is none', 'id', { ...single, id: 0 }],
    ['an address with prefix length', 'via', { ...single, via: '10.1.2.0/24' }],
    ['another family', 'via', { ...single, family: 'inet6' }],
    ['a family that is none', 'family', { ...single, family: 'bridge' }],
    ['onlink without a router', 'onlink', { id: 1, dev: 'eth0', onlink: true }],
    ['a blackhole that leads somewhere', 'via', { id: 1, blackhole: true, via: v4 }],
    ['a blackhole with a link', 'dev', { id: 1, blackhole: true, dev: 'eth0' }],
    ['a blackhole for FDB entries', 'fdb', { id: 1, blackhole: true, fdb: true }],
    ['FDB entries with a link', 'dev', { ...single, fdb: true }],
    ['FDB entries with an encapsulation', 'encap', { id: 1, via: v4, fdb: true, encap: { type: 'mpls', labels: [5] } }],
    ['a group with an encapsulation', 'encap', { ...group, encap: { type: 'mpls', labels: [5] } }],
    ['an encapsulation of no type', 'encap.type', { ...single, encap: { type: 'gre' } }],
    ['FDB entries without an address', 'via', { id: 1, fdb: true }],
    ['a group with an address', 'via', { ...group, via: v4 }],
    ['a group with a link', 'dev', { ...group, dev: 'eth0' }],
    ['a group with a family', 'family', { ...group, family: 'inet' }],
    ['a group that is a blackhole', 'blackhole', { ...group, blackhole: true }],
    ['an empty group', 'group', { id: 1, group: [] }],
    ['a group that is none', 'group', { id: 1, group: 2 }],
    ['a member without id', 'group[0].id', { id: 1, group: [{}] }],
    ['a member with a bad id', 'group[1].id', { id: 1, group: [{ id: 2 }, { id: -2 }] }],
    ['no weight', 'group[0].weight', { id: 1, group: [{ id: 2, weight: 0 }] }],
    ['a weight of 17 bits', 'group[0].weight', { id: 1, group: [{ id: 2, weight: 65_536 }] }],
    ['an unknown word of a member', 'group[0].share', { id: 1, group: [{ id: 2, share: 1 }] }],
    ['a type without a group', 'type', { ...single, type: 'mpath' }],
    ['an unknown type', 'type', { ...group, type: 'hash' }],
    ['buckets without resilience', 'buckets', { ...group, buckets: 8 }],
    ['no buckets', 'buckets', { ...resilient, buckets: 0 }],
    ['buckets of 17 bits', 'buckets', { ...resilient, buckets: 65_536 }],
    ['a timer in thousandths', 'idleTimer', { ...resilient, idleTimer: 0.001 }],
    ['a timer that is too long', 'unbalancedTimer', { ...resilient, unbalancedTimer: 42_949_673 }],
    ['counting of one', 'hwStats', { ...single, hwStats: true }],
    ['counting that is no switch', 'hwStats', { ...group, hwStats: 1 }],
    ['an unknown protocol', 'proto', { ...single, proto: 'nobody' }],
    ['an unknown option', 'gateway', { ...single, gateway: v4 }],
  ])('%s', (_what, path, options) => {
    const given = options as NexthopObjectOptions & { id: number }
    expect(refusal(addNexthop.op(given), { links })).toMatchObject({ path, changes: [] })
    expect(refusal(replaceNexthop.op(given), { links })).toMatchObject({ path, changes: [] })
  })

  test('what only one of the verbs wants', () => {
    const { buckets: _buckets, ...fewer } = resilient
    expect(refusal(addNexthop.op(fewer))).toMatchObject({ path: 'buckets', changes: [] })
    expect(refusal(replaceNexthop.op({ via: v4, dev: 2 } as never))).toMatchObject({ path: 'id', changes: [] })
    expect(refusal(deleteNexthop.op({} as never))).toMatchObject({ path: 'id', changes: [] })
    expect(refusal(getNexthop.op({} as never))).toMatchObject({ path: 'id' })
    expect(refusal(getNexthopBucket.op({ id: 1 } as never))).toMatchObject({ path: 'index' })
    expect(refusal(getNexthopBucket.op({ index: 1 } as never))).toMatchObject({ path: 'id' })
  })

  test('filters', () => {
    expect(refusal(listNexthops.op({ id: 0 }))).toMatchObject({ path: 'id' })
    expect(refusal(listNexthops.op({ groups: 1 as never }))).toMatchObject({ path: 'groups' })
    expect(refusal(listNexthops.op({ type: 'mpath' } as never))).toMatchObject({ path: 'type' })
    expect(refusal(listNexthopBuckets.op({ nhid: 0 }))).toMatchObject({ path: 'nhid' })
    expect(refusal(flushNexthops.op({}))).toMatchObject({ path: '', changes: [] })
    expect(refusal(flushNexthops.op({ stats: true } as never))).toMatchObject({ path: 'stats', changes: [] })
  })
})

describe('what was made', () => {
  const made = { id: 7, flags: [] }
  const answer = (echo: readonly unknown[]) => (request: { mode: string }) => (request.mode === 'echo' ? echo : [made])
  test('is the echo, which tells the id', () => {
    expect(runSteps(addNexthop.op({ via: v4, dev: 2 }), { answer: answer([made]) })).toMatchObject({
      result: made,
      sent: [{ request: { name: 'RTM_NEWNEXTHOP' } }],
    })
  })
  test('is asked for by its id where no echo came', () => {
    const { result, sent } = runSteps(addNexthop.op({ id: 7, via: v4, dev: 2 }), { answer: answer([]) })
    expect(result).toEqual(made)
    expect(sent.map(({ request }) => request.name)).toEqual(['RTM_NEWNEXTHOP', 'RTM_GETNEXTHOP'])
  })
  const rest = { scope: 'link', onlink: false, blackhole: false, fdb: false, flags: [] } as const
  const single: NexthopObject = { id: 7, family: 'inet', via: v4, dev: 2, proto: 'bgp', ...rest }
  const group: NexthopObject = { id: 8, group: [{ id: 7, weight: 4660 }], type: 'mpath', proto: 'unspec', ...rest }
  /** The kernel chose the id, and does not echo; these are there afterwards. */
  const among = (options: NexthopObjectOptions, all: readonly NexthopObject[]) =>
    runSteps(addNexthop.op(options), {
      answer: (request) =>
        request.mode === 'echo' ? [] : all.filter((one) => request.read(written(one)) !== undefined),
    }).result
  /** The message of one, as the kernel would write it. */
  const written = ({ id, family = 'inet6', via, dev, proto, group, onlink, blackhole, fdb }: NexthopObject) => ({
    header: { family: group === undefined ? family : 'unspec', scope: 'link', proto, flags: onlink ? ['onlink'] : [] },
    attributes: {
      ...{ id, ...(via && { via }), ...(dev && { dev }), ...(blackhole && { blackhole }), ...(fdb && { fdb }) },
      ...(group && {
        group: group.map((one) => ({ id: one.id, weight: (one.weight - 1) & 0xff, weightHigh: (one.weight - 1) >> 8 })),
        operationFlags: ['clearedReserved'],
      }),
    },
  })
  const others: readonly NexthopObject[] = [
    { ...single, id: 1, family: 'inet6', via: v6 },
    { ...single, id: 2, via: '10.1.2.8' },
    { ...single, id: 3, dev: 3 },
    { ...single, id: 4, proto: 'static' },
    { ...single, id: 5, onlink: true },
    { ...group, id: 6, group: [{ id: 7, weight: 4661 }] },
    { ...group, id: 9, fdb: true },
  ]
  test('is found where nothing else is like it', () => {
    const one: NexthopObjectOptions = { via: v4, dev: 2, proto: 'bgp' }
    expect(among(one, [...others, single, group])).toEqual(single)
    expect(among({ group: [{ id: 7, weight: 4660 }] }, [...others, single, group])).toEqual(group)
    const unknown = expect.objectContaining({ code: 'ERR_RTNETLINK_OUTCOME_UNKNOWN', applied: 'unknown' })
    expect(() => among(one, [single, { ...single, id: 10 }])).toThrow(unknown)
    expect(() => among(one, others)).toThrow(unknown)
  })
})

test('groups are flushed before their members', () => {
  const found = [{ id: 1 }, { id: 2, group: [{ id: 1, weight: 1 }] }, { id: 3 }]
  const { result, sent } = runSteps(flushNexthops.op({ proto: 'bgp' }), {
    answer: (request) => (request.mode === 'dump' ? found : undefined),
  })
  expect(result.map(({ id }) => id)).toEqual([2, 1, 3])
  expect(sent.slice(1).map(({ request }) => (request.value.attributes as { id?: number }).id)).toEqual([2, 1, 3])
})
