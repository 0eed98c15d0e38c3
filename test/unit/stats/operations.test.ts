import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { DecodeError } from '../../../lib/errors.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { statsMessage } from '../../../lib/stats/message.js'
import { getLinkStats, listLinkStats, setLinkStats } from '../../../lib/stats/operations.js'
import { type LinkStats, readStats } from '../../../lib/stats/stats.js'
import { refusal } from '../../support/links.js'
import { capturedReplies } from '../../support/replies.js'
import { runSteps, testFixtures } from '../../support/requests.js'
import { read } from '../../support/source.js'

describe('bytes as iproute2 sends them', () => {
  const shut = {
    'differs: flags = "0x5", ip "0x1"': 'the last request of a send asks for an answer, also where objects are one',
  }
  const own = ({ type }: { readonly type: string }) => /STATS/.test(type)
  const all = (op: ReturnType<typeof getLinkStats.op | typeof listLinkStats.op>) => ({ op, theirs: own })
  const change = (l3Stats: boolean) => ({
    op: setLinkStats.op({ dev: 'eth0', l3Stats }),
    ours: () => true,
    theirs: own,
  })
  testFixtures('stats', {
    unless: shut,
    same: {
      'ip stats show': () => all(listLinkStats.op()),
      'ip stats show dev eth0': () => all(getLinkStats.op({ dev: 'eth0' })),
      'ip stats show dev eth0 group link': () => all(getLinkStats.op({ dev: 'eth0', group: 'link' })),
      'ip stats show group xstats': () => all(listLinkStats.op({ group: 'xstats' })),
      'ip stats show group xstats_slave': () => all(listLinkStats.op({ group: ['xstatsSlave'] })),
      'ip stats show dev br0 group xstats subgroup bridge': () => all(getLinkStats.op({ dev: 'br0', group: 'xstats' })),
      'ip stats show dev br0 group xstats subgroup bridge suite vlan': () =>
        all(getLinkStats.op({ dev: 'br0', group: 'xstats' })),
      'ip stats show dev eth0 group offload': () => all(getLinkStats.op({ dev: 'eth0', group: 'offload' })),
      'ip stats show dev eth0 group offload subgroup l3_stats': () => ({
        ...all(getLinkStats.op({ dev: 'eth0', subgroup: 'l3Stats' })),
        except: {
          'differs: 1.4 = 04000000, ip 06000000':
            'whether the hardware counts, which iproute2 prints beside it, is another part',
        },
      }),
      'ip stats show dev eth0 group offload subgroup cpu_hit subgroup hw_stats_info': () =>
        all(getLinkStats.op({ dev: 'eth0', group: 'offload', subgroup: ['cpuHit', 'hwStatsInfo'] })),
      'ip stats show dev eth0 group link group afstats': () =>
        all(getLinkStats.op({ dev: 'eth0', group: ['link', 'afstats'] })),
      'ip stats show group afstats subgroup mpls': () => all(listLinkStats.op({ group: 'afstats' })),
      'ip stats set dev eth0 l3_stats on': () => change(true),
      'ip stats set dev eth0 l3_stats off': () => change(false),
    },
  })
})

interface Printed {
  readonly ifindex: number
  readonly group: string
  readonly subgroup?: string
  readonly suite?: string
  readonly [name: string]: unknown
}

const file = JSON.parse(read('test/fixtures/replies/stats.json')) as {
  stages: { ports: { links: Record<string, number> } }
  fixtures: { command: string; json: Printed[] }[]
}
const { links } = file.stages.ports

function answer(command: string) {
  return ({ mode, replyType, read }: Request) => {
    if (replyType === 16 || (mode !== 'dump' && mode !== 'get')) return undefined
    return capturedReplies('stats')
      .filter((message) => message.command === command && message.type === replyType)
      .flatMap(({ bytes }) => {
        const message = decodePayload(statsMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
        return read(message as never) ?? []
      })
  }
}

const jsonOf = (command: string) => file.fixtures.find((one) => one.command === command)?.json ?? []

/** As `ip -j stats` prints the group of every link. */
function printedLink({ link }: LinkStats) {
  const rest = (names: Record<string, bigint | undefined>) =>
    Object.fromEntries(Object.entries(names).map(([name, value]) => [name, Number(value)]))
  return {
    rx: rest({
      bytes: link?.rxBytes,
      packets: link?.rxPackets,
      errors: link?.rxErrors,
      dropped: link?.rxDropped,
      over_errors: link?.rxOverErrors,
      multicast: link?.multicast,
    }),
    tx: rest({
      bytes: link?.txBytes,
      packets: link?.txPackets,
      errors: link?.txErrors,
      dropped: link?.txDropped,
      carrier_errors: link?.txCarrierErrors,
      collisions: link?.collisions,
    }),
  }
}

describe('what the kernel tells', () => {
  const command = 'ip -j stats show'
  const all = runSteps(listLinkStats.op(), { answer: answer(command) }).result
  const printed = jsonOf(command)

  test('is one object for each link', () => {
    expect(all.map(({ dev }) => dev)).toEqual([...new Set(printed.map(({ ifindex }) => ifindex))])
    expect(all.every(({ unknown }) => unknown === undefined)).toBe(true)
  })

  test('of every link is what ip prints of the same bytes', () => {
    const stats64 = printed.filter(({ group }) => group === 'link').map((one) => one.stats64)
    expect(stats64.length).toBeGreaterThan(3)
    expect(all.map(printedLink)).toMatchObject(stats64 as object[])
  })

  test('of a bridge and its ports is there where ip prints it', () => {
    const those = (group: string) =>
      printed.filter((one) => one.group === group && one.multicast !== undefined).map(({ ifindex }) => ifindex)
    const having = (name: 'xstats' | 'xstatsSlave') =>
      all.filter((one) => one[name]?.bridge?.mcast !== undefined).map(({ dev }) => dev)
    expect(having('xstats')).toEqual([links.br0])
    expect(having('xstatsSlave')).toHaveLength(2)
    expect([having('xstats'), having('xstatsSlave')]).toEqual([those('xstats'), those('xstats_slave')])
    const vlans = printed.filter((one) => one.suite === 'vlan').map((one) => (one.vlans as { vid: number }[]) ?? [])
    expect(vlans.flat().map(({ vid }) => vid)).toEqual(
      all.flatMap(({ xstats, xstatsSlave }) =>
        [xstatsSlave, xstats].flatMap((one) => one?.bridge?.vlans?.map(({ vid }) => vid) ?? []),
      ),
    )
  })

  test('of hardware tells who has asked for it', () => {
    const info = printed.filter(({ subgroup }) => subgroup === 'hw_stats_info').map((one) => one.info)
    expect(all.map(({ offload }) => ({ l3_stats: offload?.hwStatsInfo?.l3Stats }))).toEqual(info)
  })
})

const u64 = (...values: bigint[]) => {
  const bytes = new Uint8Array(8 * values.length)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of values.entries()) view.setBigUint64(8 * i, value, true)
  return bytes
}

function attribute(type: number, ...payload: readonly Uint8Array[]): Uint8Array {
  const length = payload.reduce((sum, one) => sum + one.length, 4)
  const bytes = new Uint8Array(Math.ceil(length / 4) * 4)
  new DataView(bytes.buffer).setUint16(0, length, true)
  new DataView(bytes.buffer).setUint16(2, type, true)
  let at = 4
  for (const one of payload) {
    bytes.set(one, at)
    at += one.length
  }
  return bytes
}

/** What nothing here counts: written by hand, each number another. */
describe('numbers of hand-written messages', () => {
  const header = (index: number) => {
    const bytes = new Uint8Array(12)
    new DataView(bytes.buffer).setUint32(4, index, true)
    return bytes
  }
  const message = (...attributes: readonly Uint8Array[]) => {
    const bytes = Uint8Array.from([header(5), ...attributes].flatMap((one) => [...one]))
    return decodePayload(statsMessage, sourceOf(bytes, true), 0, bytes.length)
  }
  const stats = (...messages: ReturnType<typeof message>[]) => {
    const answer = ({ read }: Request) => messages.flatMap((one) => read(one as never) ?? [])
    return runSteps(listLinkStats.op(), { answer }).result
  }
  const upTo = (count: number) => u64(...Array.from({ length: count }, (_, i) => BigInt(i) + (1n << 60n)))
  const n = (value: number) => BigInt(value) + (1n << 60n)
  const vlan = (vid: number, flags: number) => {
    const tail = new Uint8Array(8)
    new DataView(tail.buffer).setUint16(0, vid, true)
    new DataView(tail.buffer).setUint16(2, flags, true)
    return attribute(1, upTo(4), tail)
  }

  test('multicast and spanning tree of a bridge port', () => {
    const [found] = stats(message(attribute(3, attribute(1, attribute(2, upTo(30)), attribute(4, upTo(6))))))
    const { mcast, stp } = found?.xstatsSlave?.bridge ?? {}
    expect(mcast).toEqual({
      igmpV1Queries: { rx: n(0), tx: n(1) },
      igmpV2Queries: { rx: n(2), tx: n(3) },
      igmpV3Queries: { rx: n(4), tx: n(5) },
      igmpLeaves: { rx: n(6), tx: n(7) },
      igmpV1Reports: { rx: n(8), tx: n(9) },
      igmpV2Reports: { rx: n(10), tx: n(11) },
      igmpV3Reports: { rx: n(12), tx: n(13) },
      igmpParseErrors: n(14),
      mldV1Queries: { rx: n(15), tx: n(16) },
      mldV2Queries: { rx: n(17), tx: n(18) },
      mldLeaves: { rx: n(19), tx: n(20) },
      mldV1Reports: { rx: n(21), tx: n(22) },
      mldV2Reports: { rx: n(23), tx: n(24) },
      mldParseErrors: n(25),
      mcastBytes: { rx: n(26), tx: n(27) },
      mcastPackets: { rx: n(28), tx: n(29) },
    })
    const counted = { transitionBlk: n(0), transitionFwd: n(1), rxBpdu: n(2), txBpdu: n(3), rxTcn: n(4), txTcn: n(5) }
    expect(stp).toEqual(counted)
  })

  test('LACP of a bond, MPLS, and what hardware counts', () => {
    const ad = Array.from({ length: 9 }, (_, i) => attribute(i, u64(n(i))))
    const [found] = stats(
      message(
        attribute(2, attribute(2, attribute(1, ...ad))),
        attribute(4, attribute(1, upTo(25)), attribute(3, upTo(9))),
        attribute(5, attribute(28, attribute(1, upTo(9)))),
      ),
    )
    expect(found?.xstats?.bond?.ad).toEqual({
      ...{ lacpduRx: n(0), lacpduTx: n(1), lacpduUnknownRx: n(2), lacpduIllegalRx: n(3), markerRx: n(4) },
      ...{ markerTx: n(5), markerRespRx: n(6), markerRespTx: n(7), markerUnknownRx: n(8) },
    })
    expect(found?.offload?.cpuHit).toMatchObject({ rxPackets: n(0), txBytes: n(3), rxOtherHostDropped: n(24) })
    expect(found?.offload?.l3Stats).toMatchObject({ rxPackets: n(0), rxBytes: n(2), multicast: n(8) })
    expect(found?.afstats?.mpls).toMatchObject({ rxPackets: n(0), txDropped: n(7), rxNoRoute: n(8) })
  })

  test('a message that overflowed is asked for again, in pieces', () => {
    const modes: string[] = []
    const whole = message(attribute(1, upTo(25)), attribute(2, attribute(1, vlan(258, 0))))
    const replying = (broken: () => unknown) => (request: Request) => {
      modes.push(request.mode)
      return request.mode === 'dump' ? [request.read(whole as never)] : [broken()]
    }
    const found = (broken: () => unknown) => runSteps(getLinkStats.op({ dev: 5 }), { answer: replying(broken) }).result
    const vlans = [{ vid: 258 }]
    // What is behind the end of the nest is read as if it stood beside it.
    expect(found(() => readStats(message(vlan(1, 0))))).toMatchObject({ xstats: { bridge: { vlans } } })
    const broken = () => {
      throw new DecodeError('an attribute of 0 bytes', '', 0)
    }
    expect(found(broken)).toMatchObject({ link: { rxPackets: n(0) }, xstats: { bridge: { vlans } } })
    expect(modes).toEqual(['get', 'dump', 'get', 'dump'])
    expect(() => runSteps(getLinkStats.op({ dev: 5, group: 'link' }), { answer: replying(broken) })).toThrow(
      DecodeError,
    )
  })

  test('VLANs that go on in the next message', () => {
    const part = (...vlans: Uint8Array[]) => message(attribute(2, attribute(1, ...vlans)))
    const found = stats(part(vlan(1, 6), vlan(258, 0x20)), part(vlan(513, 0)))
    expect(found).toHaveLength(1)
    const vlans = found[0]?.xstats?.bridge?.vlans ?? []
    expect(vlans.map(({ vid, flags }) => [vid, flags])).toEqual([
      [1, ['pvid', 'untagged']],
      [258, ['brentry']],
      [513, []],
    ])
    expect(vlans[0]).toMatchObject({ rxBytes: n(0), rxPackets: n(1), txBytes: n(2), txPackets: n(3) })
  })
})

test.each<[string, string, unknown]>([
  ['no link', 'dev', {}],
  ['an unknown group', 'group', { dev: 5, group: 'xstats_slave' }],
  ['no group at all', 'group', { dev: 5, group: [] }],
  ['a part of another group', 'subgroup', { dev: 5, group: 'link', subgroup: 'l3Stats' }],
  ['an unknown part', 'subgroup', { dev: 5, subgroup: ['l3_stats'] }],
  ['an unknown option', 'groups', { dev: 5, groups: 'link' }],
])('%s is refused', (_what, path, options) => {
  expect(refusal(getLinkStats.op(options as never))).toMatchObject({ path })
})

test('statistics are switched on or off, not otherwise', () => {
  expect(refusal(setLinkStats.op({ dev: 5 } as never))).toMatchObject({ path: 'l3Stats', changes: [] })
  expect(refusal(setLinkStats.op({ dev: 5, l3Stats: 1 as never }))).toMatchObject({ path: 'l3Stats', changes: [] })
})
