import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR } from '../../../lib/netlink/constants.js'
import { type Answer, policyBounds, readAnswer } from '../../../lib/netlink/extended-ack.js'
import { eachMessage, type RawMessage } from '../../../lib/netlink/header.js'
import { fromHex } from '../../support/codec.js'
import { answer, done } from '../../support/fake-transport.js'
import { capturedReplies, damaged, readsInside } from '../../support/replies.js'

function readFrom(bytes: Uint8Array): Answer {
  const source = sourceOf(bytes, true)
  let found: RawMessage | undefined
  eachMessage(source, (message) => { found ??= message }) // biome-ignore format: short
  return readAnswer(source, found as RawMessage)
}

const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer)
const u64 = (value: bigint) => new Uint8Array(BigUint64Array.of(value).buffer)
const nest = (tlvs: Record<number, Uint8Array>) =>
  Uint8Array.from(
    Object.entries(tlvs).flatMap(([type, payload]) => [
      payload.length + 4,
      0,
      Number(type),
      0,
      ...payload,
      ...new Uint8Array(-payload.length & 3),
    ]),
  )
/** A request of 37 bytes: the echo is padded to 40. */
const request = { sequence: 7, bytes: Uint8Array.from({ length: 37 }, (_, i) => (i === 0 ? 37 : i < 4 ? 0 : 0xff)) }
const tlvs = { 1: Buffer.from('no such thing\0'), 2: u32(60) }

describe('an answer', () => {
  test('is yes, or an error number', () => {
    expect(readFrom(answer(request, 0))).toEqual({ errno: 0, extended: {} })
    expect(readFrom(answer(request, 17))).toEqual({ errno: 17, extended: {} })
    expect(readFrom(answer(request, 17, { capped: false }))).toEqual({ errno: 17, extended: {} })
  })

  test.each([true, false])('explains itself behind the echo, capped: %s', (capped) => {
    expect(readFrom(answer(request, 34, { capped, tlvs }))).toEqual({
      errno: 34,
      extended: { message: 'no such thing', offset: 60 },
    })
  })

  test('may warn beside a yes', () => {
    expect(readFrom(answer(request, 0, { tlvs }))).toMatchObject({ errno: 0, extended: { message: 'no such thing' } })
  })

  test('is explained only where the header says so: an echo is no explanation', () => {
    const bytes = answer(request, 17, { tlvs })
    new DataView(bytes.buffer).setUint16(6, NLM_F_CAPPED, true)
    expect(readFrom(bytes)).toEqual({ errno: 17, extended: {} })
  })

  test('names what is missing, and the nest that lacks it', () => {
    expect(readFrom(answer(request, 22, { tlvs: { 5: u32(1), 6: u32(36) } })).extended).toEqual({
      missingType: 1,
      missingNest: 36,
    })
  })

  test('at the end of a dump explains itself without a flag', () => {
    expect(readFrom(done(request, 2, tlvs))).toEqual({ errno: 2, extended: { message: 'no such thing', offset: 60 } })
    expect(readFrom(done(request, 2, tlvs, NLM_F_ACK_TLVS))).toMatchObject({ errno: 2, extended: { offset: 60 } })
    expect(readFrom(done(request))).toEqual({ errno: 0, extended: {} })
  })

  test('may be a bare end of a dump, but never a bare error', () => {
    const bare = (type: number) => ({ type, flags: 0, sequence: 1, offset: 0, start: 16, end: 18 })
    const source = sourceOf(new Uint8Array(18), true)
    expect(readAnswer(source, bare(NLMSG_DONE))).toEqual({ errno: 0, extended: {} })
    expect(() => readAnswer(source, bare(NLMSG_ERROR))).toThrow(expect.objectContaining({ name: 'DecodeError' }))
  })
})

describe('a malformed explanation', () => {
  test('does not hide the error', () => {
    const bytes = answer(request, 17, { tlvs })
    // The length of the first attribute, behind header, error and capped echo.
    for (const length of [0, 1, 3, 0xff, 0xffff]) {
      new DataView(bytes.buffer).setUint16(36, length, true)
      expect(readFrom(bytes)).toEqual({ errno: 17, extended: {} })
    }
  })

  test('behind an echo whose length is a lie is no explanation', () => {
    for (const length of [0, 15, 36, 1000, 0xffff_ffff]) {
      const bytes = answer(request, 17, { capped: false, tlvs })
      new DataView(bytes.buffer).setUint32(20, length, true)
      expect(readFrom(bytes).errno).toBe(17)
    }
  })

  test('is refused or read, never beyond its end, wherever it is damaged', () => {
    const read = (around: Uint8Array, start: number, end: number) =>
      readAnswer(sourceOf(around, true), {
        type: NLMSG_ERROR,
        flags: NLM_F_ACK_TLVS,
        sequence: 1,
        offset: start - 16,
        start,
        end,
      })
    for (const { bytes } of capturedReplies('errors').filter(({ type }) => type === NLMSG_ERROR))
      for (const bad of damaged(bytes.slice(16))) expect(readsInside(bad, read)).toBe(true)
  })
})

test('answers of the kernel are read', () => {
  const read = (command: string) => {
    const found = capturedReplies('errors').find(
      (message) => message.command === command && message.type === NLMSG_ERROR,
    )
    return readFrom(found?.bytes ?? new Uint8Array())
  }
  expect(read('ip link add nope type no-such-kind')).toEqual({
    errno: 95,
    extended: { message: 'Unknown device type' },
  })
  expect(read('ip link add eth0 type ifb')).toEqual({ errno: 17, extended: {} })
  expect(read('ip link set eth0 up')).toEqual({ errno: 0, extended: {} })
})

describe('the bounds of a refused value', () => {
  const bounds = (policy: Record<number, Uint8Array>) =>
    policyBounds(readFrom(answer(request, 34, { tlvs: { 4: nest(policy) } })).extended.policy)

  test('are unsigned, or signed, or lengths, or bits', () => {
    expect(bounds({ 1: u32(3), 4: u64(1n), 5: u64(65_535n) })).toMatchObject({ type: 'u16', min: 1n, max: 65_535n })
    expect(bounds({ 1: u32(8), 2: u64((1n << 64n) - 5n), 3: u64(5n) })).toMatchObject({
      type: 's32',
      min: -5n,
      max: 5n,
    })
    expect(bounds({ 1: u32(10), 6: u32(4), 7: u32(16) })).toMatchObject({ type: 'binary', minLength: 4, maxLength: 16 })
    expect(bounds({ 1: u32(15), 12: u64(3n) })).toMatchObject({ type: 'bitfield32', mask: 3n })
  })

  test('may be of a type without a name, or not there', () => {
    expect(bounds({ 1: u32(99) })).toMatchObject({ type: '99', min: undefined })
    expect(policyBounds(undefined)).toBeUndefined()
    expect(bounds({ 1: fromHex('00') })).toMatchObject({ type: undefined })
  })
})
