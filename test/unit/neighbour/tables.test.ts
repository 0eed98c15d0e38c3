import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { encodeAttributes } from '../../../lib/codec/table.js'
import { Writer } from '../../../lib/codec/writer.js'
import { neighbourTableAttributes, neighbourTableMessage } from '../../../lib/neighbour/table-message.js'
import {
  listNeighbourTables,
  type NeighbourTableChanges,
  readNeighbourTable,
  updateNeighbourTable,
} from '../../../lib/neighbour/tables.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { runSteps, testFixtures } from '../../support/requests.js'

const links = { eth0: 66051 }
const arp = { name: 'arp_cache', dev: 'eth0' }

describe('bytes as iproute2 sends them', () => {
  testFixtures('neighbour-lists', {
    only: (command) => command.includes(' ntable '),
    same: {
      'ip ntable show': () => listNeighbourTables.op(),
      'ip -6 ntable show': () => listNeighbourTables.op({ family: 'inet6' }),
      'ip ntable show dev eth0 name arp_cache': () => listNeighbourTables.op(arp),
    },
  })
  testFixtures('ntable', {
    same: {
      'ip ntable change name arp_cache dev eth0 base_reachable 66051': () =>
        updateNeighbourTable.op({ ...arp, baseReachable: 66051 }),
      'ip ntable change name ndisc_cache dev eth0 retrans 4660 gc_stale 66051 delay_probe 22136 queue 258 app_probes 3 ucast_probes 5 mcast_probes 7 mcast_reprobes 9 anycast_delay 1286 proxy_delay 1543 proxy_queue 515 locktime 1800':
        () =>
          updateNeighbourTable.op({
            name: 'ndisc_cache',
            dev: 'eth0',
            retrans: 4660,
            gcStale: 66051,
            delayProbe: 22136,
            queue: 258,
            appProbes: 3,
            ucastProbes: 5,
            mcastProbes: 7,
            mcastReprobes: 9,
            anycastDelay: 1286,
            proxyDelay: 1543,
            proxyQueue: 515,
            locktime: 1800,
          }),
      'ip ntable change name arp_cache base_reachable 66051': () =>
        updateNeighbourTable.op({ name: 'arp_cache', baseReachable: 66051 }),
      'ip ntable change name arp_cache thresh1 258 thresh2 772 thresh3 66051 gc_int 66052': () =>
        updateNeighbourTable.op({ name: 'arp_cache', thresh1: 258, thresh2: 772, thresh3: 66051, gcInterval: 66052 }),
      'ip ntable change name arp_cache thresh1 258 retrans 4660': () =>
        updateNeighbourTable.op({ name: 'arp_cache', thresh1: 258, retrans: 4660 }),
    },
    beyond: {
      'ip ntable change name arp_cache dev eth0 thresh1 258':
        'refused before it is sent: a threshold is the table’s, and no link has one',
      'ip -4 ntable change name arp_cache dev eth0 retrans 4660': 'the name of a table says of which family it is',
    },
  })
})

describe('refused before anything changes', () => {
  test.each<[string, string, unknown]>([
    ['no name', 'name', { baseReachable: 1 }],
    ['a name that is none', 'name', { name: 7, baseReachable: 1 }],
    ['nothing to change', '', arp],
    ['a threshold of a link', 'thresh1', { ...arp, thresh1: 0 }],
    ['an interval of a link', 'gcInterval', { ...arp, gcInterval: 1 }],
    ['two words for one thing', 'queueLenBytes', { ...arp, queue: 1, queueLenBytes: 0 }],
    ['a negative time', 'retrans', { ...arp, retrans: -1 }],
    ['a time of 32 bits, which the kernel would take for another', 'retrans', { ...arp, retrans: 2 ** 31 }],
    ['half a millisecond', 'retrans', { ...arp, retrans: 0.5 }],
    ['no time between two requests', 'intervalProbeTime', { ...arp, intervalProbeTime: 0 }],
    ['too many requests', 'ucastProbes', { ...arp, ucastProbes: 2 ** 31 }],
    ['what only the kernel sets', 'reachable', { ...arp, reachable: 1 }],
    ['an unknown option', 'thresh4', { name: 'arp_cache', thresh4: 1 }],
  ])('%s', (_what, path, options) => {
    expect(refusal(updateNeighbourTable.op(options as NeighbourTableChanges), { links })).toMatchObject({
      path,
      changes: [],
    })
  })

  test('filters that are none', () => {
    expect(refusal(listNeighbourTables.op({ family: 'ipv4' as never }))).toMatchObject({ path: 'family' })
    expect(refusal(listNeighbourTables.op({ table: 'arp_cache' } as never))).toMatchObject({ path: 'table' })
  })
})

/** As the kernel would send it. */
function told(family: 'inet' | 'inet6' | 'bridge', attributes: Parameters<typeof encodeAttributes>[2]) {
  const writer = new Writer(true)
  neighbourTableMessage.header.write(writer, { family })
  encodeAttributes(writer, neighbourTableAttributes, attributes)
  return decodePayload(neighbourTableMessage, sourceOf(writer.bytes, true), 0, writer.position)
}

test('what a link has stands beside the name; what is no table of neighbours is left out', () => {
  const parameters = { dev: 7, baseReachable: 66051 }
  expect(readNeighbourTable(told('inet6', { name: 'ndisc_cache', parameters }))).toEqual({
    name: 'ndisc_cache',
    family: 'inet6',
    ...parameters,
  })
  expect(readNeighbourTable(told('bridge', { name: 'x' }))).toBeUndefined()
  expect(readNeighbourTable(told('inet', {}))).toBeUndefined()
})

test('filters that the kernel does not know are ours', () => {
  const messages = [
    told('inet', { name: 'arp_cache', thresh1: 1 }),
    told('inet', { name: 'arp_cache', parameters: { dev: 7 } }),
    told('inet', { name: 'arp_cache', parameters: { dev: 7 } }),
    told('inet6', { name: 'ndisc_cache', parameters: { dev: 7 } }),
  ]
  const answer = ({ mode, read }: Request) =>
    mode === 'dump' ? messages.flatMap((message) => read(message as never) ?? []) : undefined
  const listed = (filter: object) => runSteps(listNeighbourTables.op(filter), { answer }).result.length
  expect([{}, { name: 'arp_cache' }, { dev: 7 }, { dev: 8 }, { family: 'inet6' }].map(listed)).toEqual([3, 2, 2, 0, 1])
})
