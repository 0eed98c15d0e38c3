import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { decodeAttributes } from '../../../lib/codec/reader.js'
import { afSpecAttributes } from '../../../lib/link/af-spec.js'
import { type LinkMessage, readBase } from '../../../lib/link/link.js'
import { linkMessage, uncountedLinkMessage } from '../../../lib/link/message.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import { capturedReplies } from '../../support/replies.js'

/** One attribute, little-endian. */
function attribute(type: number, payload: Uint8Array | readonly Uint8Array[]): Uint8Array {
  const body = payload instanceof Uint8Array ? payload : Buffer.concat(payload)
  const bytes = Buffer.alloc(4 + ((body.length + 3) & ~3))
  bytes.writeUInt16LE(4 + body.length, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.set(body, 4)
  return bytes
}

const u32 = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer)
const u64 = (...values: bigint[]) => new Uint8Array(BigUint64Array.from(values).buffer)
const text = (value: string) => Buffer.from(`${value}\0`)

/** What stands behind the header of a message, read as a link. */
function link(...attributes: Uint8Array[]) {
  const bytes = new Uint8Array(Buffer.concat([Buffer.alloc(16), ...attributes]))
  return readBase(decodePayload(linkMessage, sourceOf(bytes, true), 0, bytes.length) as LinkMessage)
}

const listed = capturedReplies('link').filter(({ type }) => type === 16)

describe('what a kernel sends of ordinary links', () => {
  const decode = (format: typeof linkMessage, bytes: Uint8Array) =>
    readBase(decodePayload(format, sourceOf(bytes, true), 16, bytes.length))

  test('is known, nests included', () => {
    expect(listed.length).toBeGreaterThan(5)
    for (const { bytes } of listed) {
      const { unknown, ipv4, ipv6, xdp, otherFamilies } = decode(linkMessage, bytes)
      expect([unknown, ipv4?.unknown, ipv6?.unknown, xdp?.unknown, otherFamilies]).toEqual(Array(5).fill(undefined))
    }
  })

  test('is the same without counters, but for them', () => {
    for (const { bytes } of listed) {
      const { statistics, ...rest } = decode(linkMessage, bytes)
      expect(statistics).toBeDefined()
      expect(decode(uncountedLinkMessage as typeof linkMessage, bytes)).toEqual(rest)
    }
  })
})

describe('IFLA_AF_SPEC', () => {
  const afSpec = (...families: Uint8Array[]) => link(attribute(26, families))

  test('IPv4: by position, from 1; what is newer by its number', () => {
    const conf = u32(...Array.from({ length: 35 }, (_, i) => (i === 13 ? -1 : i + 101)))
    const { ipv4 } = afSpec(attribute(2, attribute(1, conf)))
    expect(ipv4?.conf).toMatchObject({
      forwarding: 101,
      mediumId: -1,
      rpFilter: 108,
      arpEvictNocarrier: 133,
      34: 134,
      35: 135,
    })
    expect(Object.keys(ipv4?.conf ?? {})).toHaveLength(35)
  })

  test('IPv6: by position, from 0; what an older kernel lacks is absent', () => {
    const { ipv6 } = afSpec(
      attribute(10, [
        attribute(1, u32(-2147483648 | 0x40 | 0x200)),
        attribute(2, u32(...Array.from({ length: 50 }, (_, i) => i + 100))),
        attribute(3, u64(3n, 2n ** 63n, 7n)),
        attribute(5, u32(1, 2, 3, 4)),
        attribute(7, Uint8Array.of(...Array(15).fill(0), 9)),
        attribute(8, Uint8Array.of(2)),
        attribute(9, u32(1400)),
      ]),
    )
    const { conf, ...rest } = ipv6 ?? {}
    expect(rest).toEqual({
      flags: ['raManaged', 0x200, 'ready'],
      statistics: [3n, 2n ** 63n, 7n],
      cacheInfo: { maxReasmLen: 1, timestamp: 2, reachableTime: 3, retransTime: 4 },
      token: '::9',
      addrGenMode: 'stablePrivacy',
      raMtu: 1400,
    })
    expect(conf).toMatchObject({ forwarding: 100, mtu: 102, disableIpv6: 126, acceptRaRtInfoMinPlen: 149 })
    expect(Object.keys(conf ?? {})).toHaveLength(50)
  })

  test('MCTP, and families that are not known here', () => {
    const { mctp, otherFamilies } = afSpec(attribute(45, attribute(1, u32(258))), attribute(7, Uint8Array.of(1, 2)))
    expect(mctp).toEqual({ net: 258 })
    expect(otherFamilies).toEqual([{ type: 7, data: Uint8Array.of(1, 2) }])
  })

  test('an array that is none is kept as it came', () => {
    const bytes = new Uint8Array(attribute(2, attribute(1, Uint8Array.of(1, 2, 3))))
    expect(decodeAttributes(afSpecAttributes, sourceOf(bytes, true), 0, bytes.length)).toEqual({
      ipv4: { unknown: [{ type: 1, data: Uint8Array.of(1, 2, 3) }] },
    })
  })
})

test('nests that newer kernels put into every link show where they hold something', () => {
  expect(link(attribute(62, []), attribute(65, []))).not.toHaveProperty('devlinkPort')
  expect(link(attribute(62, []), attribute(65, []))).not.toHaveProperty('dpllPin')
  const port = [attribute(1, text('pci')), attribute(2, text('0000:01:00.0')), attribute(3, u32(258))]
  expect(link(attribute(62, port), attribute(65, attribute(1, u32(259))))).toMatchObject({
    devlinkPort: { busName: 'pci', devName: '0000:01:00.0', portIndex: 258 },
    dpllPin: { id: 259 },
  })
})

test('hardware', () => {
  const map = Buffer.alloc(32)
  map.writeBigUInt64LE(0x0102_0304_0506_0708n, 0)
  map.writeBigUInt64LE(2n, 8)
  map.writeBigUInt64LE(3n, 16)
  map.writeUInt16LE(0x0102, 24)
  map[26] = 5
  map[27] = 6
  expect(
    link(
      attribute(14, map),
      attribute(34, Uint8Array.of(1, 2)),
      attribute(36, Uint8Array.of(3, 4, 5)),
      attribute(38, text('p0')),
      attribute(43, [attribute(2, Uint8Array.of(4)), attribute(5, u32(7)), attribute(6, u32(8)), attribute(7, u32(9))]),
      attribute(44, u32(4)),
      attribute(45, u32(258)),
      attribute(49, u32(259)),
      attribute(55, attribute(2, u32(-2147483648 | 8))),
      attribute(56, text('0000:01:00.0')),
      attribute(57, text('pci')),
    ),
  ).toMatchObject({
    map: { memStart: 0x0102_0304_0506_0708n, memEnd: 2n, baseAddr: 3n, irq: 0x0102, dma: 5, port: 6 },
    physPortId: Uint8Array.of(1, 2),
    physSwitchId: Uint8Array.of(3, 4, 5),
    physPortName: 'p0',
    xdp: { attached: 'multi', drvProgId: 7, skbProgId: 8, hwProgId: 9 },
    event: 'notifyPeers',
    newNetnsid: 258,
    newIndex: 259,
    protoDownReason: { 3: true, 31: true },
    parentDevName: '0000:01:00.0',
    parentDevBusName: 'pci',
  })
})

describe('virtual functions', () => {
  const mac = Buffer.concat([u32(3), Buffer.from('020000000003'.padEnd(64, '0'), 'hex')])
  const vlan = Buffer.concat([u32(3, 258, 5), Uint8Array.of(0x88, 0xa8, 0, 0)])
  const guid = Buffer.concat([u32(3, 0), u64(0x0102n)])
  const long = Buffer.concat([u32(4), Buffer.alloc(20, 0xab), Buffer.alloc(12)])

  test('one object each', () => {
    const first = [
      attribute(1, mac),
      attribute(2, u32(3, 258, 5)),
      attribute(3, u32(3, 9)),
      attribute(4, u32(3, 1)),
      attribute(5, u32(3, 2)),
      attribute(6, u32(3, 258, 66051)),
      attribute(7, u32(3, -1)),
      attribute(8, [attribute(0, u64(11n)), attribute(6, new Uint8Array()), attribute(7, u64(12n))]),
      attribute(9, u32(3, 0)),
      attribute(10, guid),
      attribute(12, attribute(1, vlan)),
      attribute(13, Buffer.from('ffffffffffff'.padEnd(64, '0'), 'hex')),
      attribute(99, Uint8Array.of(1)),
    ]
    const { numVf, vfs } = link(
      attribute(21, u32(2)),
      attribute(22, [attribute(1, first), attribute(1, attribute(1, long))]),
    )
    expect(numVf).toBe(2)
    expect(vfs).toEqual([
      {
        vf: 3,
        address: '02:00:00:00:00:03',
        spoofCheck: true,
        linkState: 'disable',
        rate: { min: 258, max: 66051 },
        rssQuery: undefined,
        statistics: { rxPackets: 11n, rxDropped: 12n },
        trust: false,
        nodeGuid: 0x0102n,
        vlans: [{ vlan: 258, qos: 5, protocol: 0x88a8 }],
        broadcast: 'ff:ff:ff:ff:ff:ff',
        unknown: [{ type: 99, data: Uint8Array.of(1) }],
      },
      { vf: 4, address: Array(20).fill('ab').join(':') },
    ])
  })

  test('their ports', () => {
    const port = [attribute(1, u32(3)), attribute(2, text('gold')), attribute(6, Uint8Array.of(2))]
    const response = attribute(7, Uint8Array.of(1, 1))
    expect(link(attribute(24, attribute(1, port)), attribute(25, response))).toMatchObject({
      vfPorts: [{ vf: 3, profile: 'gold', request: 'associate' }],
      selfPort: { response: 257 },
    })
  })
})
