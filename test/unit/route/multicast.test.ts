import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { KernelError } from '../../../lib/errors.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import { multicastRouteMessage } from '../../../lib/route/message.js'
import { listMulticastRoutes, type MulticastRouteFilter } from '../../../lib/route/multicast.js'
import { fromHex } from '../../support/codec.js'
import { refusal } from '../../support/links.js'
import { runSteps } from '../../support/requests.js'

/** As ipmr_fill_mroute writes them: rtmsg, then the attributes. */
const resolved = fromHex(
  '802020 00 fd 11 00 05 00000000'.replaceAll(' ', '') +
    '0800 0f00 fd000000 0800 0200 0a010203 0800 0100 ef010203 0800 0300 03020100'.replaceAll(' ', '') +
    // Two hops: links 66052 and 66055, which pass packets with a TTL above 1 and 66.
    '1400 0900 08000001 04020100 08000042 07020100'.replaceAll(' ', '') +
    '1c00 1100 0500000000000000 0602000000000000 0700000000000000'.replaceAll(' ', '') +
    '0c00 1700 0301000000000000'.replaceAll(' ', ''),
)
const waiting = fromHex(
  ('802020 00 fc 00 00 05 20000000' + '0800 0f00 04030201 0800 0200 0a010204 0800 0100 ef010204').replaceAll(' ', ''),
)
const foreign = fromHex(`02${Buffer.from(resolved.slice(1)).toString('hex')}`)

const list = (filter?: MulticastRouteFilter) =>
  runSteps(listMulticastRoutes.op(filter), {
    links: { eth0: 66_051 },
    answer: (request) =>
      request.mode !== 'dump'
        ? undefined
        : [resolved, waiting, foreign].flatMap((bytes) => {
            const message = decodePayload(multicastRouteMessage, sourceOf(bytes, true), 0, bytes.length)
            return request.read(message as never) ?? []
          }),
  }).result

test('routes of a multicast router', () => {
  expect(list()).toEqual([
    {
      ...{ family: 'inet', table: 'default', src: '10.1.2.3', dst: '239.1.2.3', iif: 66_051, proto: 'mrouted' },
      nexthops: [
        { dev: 66_052, ttl: 1 },
        { dev: 66_055, ttl: 66 },
      ],
      ...{ resolved: true, flags: [], statistics: { packets: 5n, bytes: 518n, wrongLink: 7n }, age: 2.59 },
    },
    {
      ...{ family: 'inet', table: 16_909_060, src: '10.1.2.4', dst: '239.1.2.4', proto: 'unspec' },
      ...{ nexthops: [], resolved: false, flags: ['unresolved'] },
    },
  ])
})

test.each<[MulticastRouteFilter, readonly string[]]>([
  [{ family: 'inet6' }, []],
  [{ table: 'default' }, ['239.1.2.3']],
  [{ table: 16_909_060 }, ['239.1.2.4']],
  [{ src: '10.1.2.4' }, ['239.1.2.4']],
  [{ dst: '239.1.2.3' }, ['239.1.2.3']],
  [{ iif: 'eth0' }, ['239.1.2.3']],
  [{ iif: 5 }, []],
])('filter %o', (filter, expected) => {
  expect(list(filter).map(({ dst }) => dst)).toEqual(expected)
})

describe('failures', () => {
  const failing = (code: string) =>
    runSteps(listMulticastRoutes.op(), {
      answer: () => {
        throw new KernelError('refused', { code, errno: 1, request: 'RTM_GETROUTE' })
      },
    }).result
  test('a table that is not there has none', () => {
    expect(failing('ENOENT')).toEqual([])
    expect(() => failing('EINVAL')).toThrow(KernelError)
  })
  test.each<[string, object]>([
    ['family', { family: 'mpls' }],
    ['table', { table: 0 }],
    ['src', { src: '10.0.0.0/8' }],
    ['dst', { dst: 'all' }],
    ['iif', { iif: -1 }],
    ['to', { to: '239.1.2.3' }],
  ])('%s: %o is refused', (path, filter) => {
    expect(refusal(listMulticastRoutes.op(filter))).toMatchObject({ path })
  })
})
