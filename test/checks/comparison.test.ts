/** The comparison with iproute2's bytes must see what differs, or every test that rests on it proves nothing. */
import { describe, expect, test } from 'vitest'
import { u16, u32 } from '../../lib/codec/integers.js'
import { arrayOf, nested } from '../../lib/codec/nest.js'
import { field, padding, struct } from '../../lib/codec/struct.js'
import { attribute, attributes } from '../../lib/codec/table.js'
import { text } from '../../lib/codec/text.js'
import { Writer } from '../../lib/codec/writer.js'
import { messageFormat } from '../../lib/netlink/message.js'
import { type Request, request } from '../../lib/netlink/request.js'
import { Window } from '../../lib/netlink/window.js'
import { differences, type MessageTree, ourTree, theirTree } from '../support/message-tree.js'

const data = attributes({ id: attribute('ID', 1, u32()), port: attribute('PORT', 15, u16()) })
const format = messageFormat(
  struct('h', { family: field('h_family', u16()), _pad: field('h_pad', padding(2)) }),
  attributes({
    name: attribute('NAME', 3, text(15)),
    data: attribute('DATA', 18, nested(data)),
    names: attribute('NAMES', 52, arrayOf(text(9), { constant: 'NAME', number: 53 })),
  }),
)

function message(attributes: object, header: object = {}, flags = 0): { bytes: Uint8Array; tree: MessageTree } {
  const window = new Window(new Writer(true), 1, 1)
  const one = request({ name: 'RTM_X', type: 20, flags }, format, { header, attributes }) as Request
  window.add({ request: one, doing: () => '' })
  const bytes = window.seal().slice()
  return { bytes, tree: ourTree(bytes, format, window.writer) }
}

const base = { name: 'a', data: { id: 1, port: 2 }, names: ['x', 'y'] }
function compare(
  theirs: object,
  header?: object,
  flags?: number,
  change: (bytes: Uint8Array) => void = () => {},
): string[] {
  const ours = message(base).tree
  const { bytes } = message(theirs, header, flags)
  change(bytes)
  return differences(ours, theirTree(bytes, format, ours))
}

describe('two messages', () => {
  test('are the same in whatever order, with NLA_F_NESTED or without', () => {
    expect(compare(base)).toEqual([])
    expect(compare({ names: ['x', 'y'], data: { port: 2, id: 1 }, name: 'a' })).toEqual([])
    expect(compare({ ...base, data: base.data }, {}, 0, (bytes) => { bytes[31] = 0 })).toEqual([]) // biome-ignore format: short
  })

  test('differ in a value, however deep', () => {
    expect(compare({ ...base, name: 'b' })).toEqual(['differs: 3 = 6100, ip 6200'])
    expect(compare({ ...base, data: { id: 1, port: 0x300 } })).toEqual(['differs: 18.15 = 0200, ip 0003'])
  })

  test('differ in what only one of them has', () => {
    expect(compare({ ...base, name: undefined })).toEqual(['ours alone: 3 = 6100'])
    expect(compare({ ...base, data: { id: 1 } })).toEqual(['ours alone: 18.15 = 0200'])
    const ours = message({ data: { id: 1 } }).tree
    expect(differences(ours, theirTree(message(base).bytes, format, ours))).toEqual([
      'ip alone: 3 = 6100',
      'ip alone: 18.15 = 0200',
      'ip alone: 52 = 06003500780000000600350079000000',
    ])
  })

  test('differ in the order, and the number, of an array', () => {
    expect(compare({ ...base, names: ['y', 'x'] })).toEqual([
      'differs: 52.53 = 7800, ip 7900',
      'differs: 52.53[1] = 7900, ip 7800',
    ])
    expect(compare({ ...base, names: ['x'] })).toEqual(['ours alone: 52.53[1] = 7900'])
  })

  test('differ in type, flags, structure and padding', () => {
    expect(compare(base, {}, 0x400)).toEqual(['differs: flags = "0x5", ip "0x405"'])
    expect(compare(base, { family: 7 })).toEqual(['differs: h_family = 0, ip 7'])
    expect(compare(base, {}, 0, (bytes) => { bytes[4] = 21; bytes[18] = 1 })).toEqual(['differs: type = 20, ip 21', 'differs: h_pad = "0000", ip "0100"']) // biome-ignore format: short
  })

  test('differ where one is malformed', () => {
    expect(compare(base, {}, 0, (bytes) => { bytes[32] = 3 })).toEqual(['differs: 18 = {1=01000000 15=0200}, ip 030001000100000006000f0002000000']) // biome-ignore format: short
  })
})
