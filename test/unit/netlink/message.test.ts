import { describe, expect, test } from 'vitest'
import { addressMessage } from '../../../lib/address/message.js'
import { sourceOf } from '../../../lib/codec/codec.js'
import { u8, u32 } from '../../../lib/codec/integers.js'
import { field, struct } from '../../../lib/codec/struct.js'
import { attribute, attributes, type WithUnknown } from '../../../lib/codec/table.js'
import { linkMessage } from '../../../lib/link/message.js'
import { neighbourMessage } from '../../../lib/neighbour/message.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { type AnyMessageFormat, decodePayload, encodePayload, messageFormat } from '../../../lib/netlink/message.js'
import { routeMessage } from '../../../lib/route/message.js'
import { RTM_NEWADDR, RTM_NEWLINK, RTM_NEWNEIGH, RTM_NEWROUTE } from '../../../lib/rtnetlink/constants.js'
import { encoded, fromHex, orders } from '../../support/codec.js'
import { capturedReplies, damaged, readsInside } from '../../support/replies.js'

const format = messageFormat(
  struct('s', { family: field('family', u8()), index: field('index', u32()) }),
  attributes({ mtu: attribute('MTU', 4, u32()) }),
)
const read = (hex: string, littleEndian = true) => {
  const bytes = fromHex(hex)
  return decodePayload(format, sourceOf(bytes, littleEndian), 0, bytes.length)
}

describe('a payload', () => {
  test.each(orders)('is a structure, padding to four, attributes, $order host', ({ littleEndian }) => {
    const value = { header: { family: 7, index: 0x0102 }, attributes: { mtu: 1500 } }
    const hex = encoded((writer) => encodePayload(writer, format, value), littleEndian)
    expect(hex).toBe(littleEndian ? '070201000000000008000400dc050000' : '070000010200000000080004000005dc')
    expect(read(hex, littleEndian)).toEqual(value)
  })

  test('may end in its structure, or before it', () => {
    expect(read('0702010000')).toEqual({ header: { family: 7, index: 0x0102 }, attributes: {} })
    expect(read('07')).toEqual({ header: { family: 7 }, attributes: {} })
    expect(read('')).toEqual({ header: {}, attributes: {} })
  })

  test('of which only the structure is wanted is not decoded further', () => {
    const short = messageFormat(format.header, attributes({ name: attribute('N', 1, u8(), { writeOnly: true }) }))
    const bytes = fromHex('0702010000000000 ffff0100'.replaceAll(' ', ''))
    expect(decodePayload(short, sourceOf(bytes, true), 0, bytes.length)).toEqual({
      header: { family: 7, index: 0x0102 },
      attributes: {},
    })
  })
})

describe.each([
  ['RTM_NEWLINK', 'link', RTM_NEWLINK, linkMessage],
  ['RTM_NEWADDR', 'address', RTM_NEWADDR, addressMessage],
  ['RTM_NEWROUTE', 'route', RTM_NEWROUTE, routeMessage],
  ['RTM_NEWNEIGH', 'neighbour', RTM_NEWNEIGH, neighbourMessage],
  ['RTM_NEWNEIGH (FDB)', 'fdb', RTM_NEWNEIGH, neighbourMessage],
] as [string, string, number, AnyMessageFormat][])('%s of the kernel', (_name, family, type, own) => {
  const messages = capturedReplies(family).filter((message) => message.type === type)
  const payload = (around: Uint8Array, start: number, end: number) =>
    decodePayload(own, sourceOf(around, true), start, end)

  test('is read in full: no attribute fails its codec', () => {
    expect(messages.length).toBeGreaterThan(2)
    for (const { bytes } of messages) {
      const { attributes } = payload(bytes, HEADER_BYTES, bytes.length)
      const unknown = (attributes as WithUnknown).unknown ?? []
      expect(unknown.filter((one) => own.attributes.byNumber.has(one.type))).toEqual([])
    }
  })

  test('is read or refused when damaged, never beyond its end', { timeout: 30_000 }, () => {
    for (const { bytes } of messages.slice(0, 2))
      for (const bad of damaged(bytes.slice(HEADER_BYTES))) expect(readsInside(bad, payload)).toBe(true)
  })
})
