import { describe, expect, test } from 'vitest'
import { u32 } from '../../../lib/codec/integers.js'
import { nested } from '../../../lib/codec/nest.js'
import { field, struct } from '../../../lib/codec/struct.js'
import { attribute, attributes } from '../../../lib/codec/table.js'
import { Writer } from '../../../lib/codec/writer.js'
import type { Answer } from '../../../lib/netlink/extended-ack.js'
import { kernelError } from '../../../lib/netlink/kernel-error.js'
import { messageFormat } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { request } from '../../../lib/netlink/request.js'
import { Window } from '../../../lib/netlink/window.js'

const data = attributes({ id: attribute('IFLA_VXLAN_ID', 1, u32()) })
const info = attributes({ data: attribute('IFLA_INFO_DATA', 2, nested(data), { implicit: true }) })
const format = messageFormat(
  struct('h', { index: field('index', u32()) }),
  attributes({
    mtu: attribute('IFLA_MTU', 4, u32()),
    linkInfo: attribute('IFLA_LINKINFO', 18, nested(info), { implicit: true }),
    dst: attribute('NDA_DST', 1, u32()),
  }),
)
const one = request({ name: 'RTM_NEWLINK', type: 16 }, format, {
  header: {},
  attributes: { mtu: 1500, linkInfo: { data: { id: 5 } } },
}) as Request

/** The request stands behind another in its window, so that its offsets are not those of the buffer. */
function errorOf(answer: Partial<Answer>, doing = 'create vxlan link vx0') {
  const window = new Window(new Writer(true), 64, 1)
  window.add({ request: { ...one, value: { header: {}, attributes: { dst: 7 } } }, doing: () => '' })
  const start = window.seal().length
  window.add({ request: one, doing: () => doing })
  return kernelError(one, window.writer, start, { errno: 34, extended: {}, ...answer }, doing)
}

// 16 header · 20 structure · 20 IFLA_MTU · 28 IFLA_LINKINFO · 32 IFLA_INFO_DATA · 36 IFLA_VXLAN_ID
describe('a refusal', () => {
  test("names the option that the kernel points at, with path, constant and the kernel's sentence", () => {
    const message = 'VXLAN ID must be lower than 16777216'
    expect(errorOf({ extended: { message, offset: 36 } })).toMatchObject({
      name: 'KernelError',
      code: 'ERANGE',
      errno: 34,
      request: 'RTM_NEWLINK',
      kernelMessage: message,
      attribute: 'linkInfo.data.id',
      constant: 'IFLA_VXLAN_ID',
      applied: false,
      message: 'cannot create vxlan link vx0: VXLAN ID must be lower than 16777216 (id: IFLA_VXLAN_ID) [ERANGE]',
    })
    expect(errorOf({ extended: { offset: 20 } })).toMatchObject({ attribute: 'mtu', constant: 'IFLA_MTU' })
    expect(errorOf({ extended: { offset: 28 } })).toMatchObject({ attribute: 'linkInfo', constant: 'IFLA_LINKINFO' })
  })

  test('points at nothing where the kernel points at no attribute', () => {
    for (const offset of [0, 16, 1000, 0xffff_fff0]) {
      expect(errorOf({ extended: { offset } })).toMatchObject({ attribute: undefined, constant: undefined })
    }
  })

  test('has a sentence of ours where the kernel gives none', () => {
    expect(errorOf({ errno: 17 }).message).toBe('cannot create vxlan link vx0: it exists already [EEXIST]')
    expect(errorOf({ errno: 1 }).message).toContain('CAP_NET_ADMIN')
    expect(errorOf({ errno: 2000 })).toMatchObject({
      code: 'E2000',
      message: 'cannot create vxlan link vx0: unknown error [E2000]',
    })
  })

  test('escapes what comes from outside', () => {
    const { message, kernelMessage } = errorOf(
      { extended: { message: 'bad \u001b[31m\n\u202ename' } },
      'create link a\u0007',
    )
    expect(message).toBe('cannot create link a\\u{7}: bad \\u{1b}[31m\\u{a}\\u{202e}name [ERANGE]')
    expect(kernelMessage).toBe('bad \u001b[31m\n\u202ename')
  })

  test('names an attribute that is missing, or the nest that lacks it', () => {
    expect(errorOf({ errno: 22, extended: { missingType: 1 } })).toMatchObject({
      attribute: 'dst',
      constant: 'NDA_DST',
      message: 'cannot create vxlan link vx0: invalid argument (missing dst: NDA_DST) [EINVAL]'.replace(
        'Invalid',
        'invalid',
      ),
    })
    expect(errorOf({ extended: { missingType: 1, missingNest: 32 } })).toMatchObject({
      attribute: 'linkInfo.data',
      constant: 'IFLA_INFO_DATA',
    })
    expect(errorOf({ extended: { missingType: 99 } })).toMatchObject({ attribute: undefined, constant: undefined })
  })

  test("carries the kernel's own bounds", () => {
    expect(errorOf({ extended: { policy: { type: 'u32', min: 1n, max: 9n } } }).policy).toMatchObject({
      type: 'u32',
      min: 1n,
      max: 9n,
    })
    expect(errorOf({}).policy).toBeUndefined()
  })
})
