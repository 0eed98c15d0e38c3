import { describe, expect, test } from 'vitest'
import { request } from '../../../lib/rtnetlink/request.js'
import { addressLabel, RTM_DELADDRLABEL, RTM_GETADDRLABEL, RTM_NEWADDRLABEL } from '../../support/address-labels.js'
import { refusal } from '../../support/links.js'
import { runSteps, testFixtures } from '../../support/requests.js'

const add = (address: string, prefixLength: number, index: number, label: number) =>
  request.op({
    name: 'RTM_NEWADDRLABEL',
    type: RTM_NEWADDRLABEL,
    flags: ['create', 'excl'],
    format: addressLabel,
    header: { family: 'inet6', prefixLength, index },
    attributes: { address, label },
  })

describe('what ip sends for a message without a call', () => {
  testFixtures('addrlabel', {
    same: {
      'ip addrlabel add prefix 2001:db8:1:2::/64 label 66051': () => add('2001:db8:1:2::', 64, 0, 66051),
      'ip addrlabel add prefix 2001:db8:1:2:3:4:5:6/128 dev eth0 label 258': () =>
        add('2001:db8:1:2:3:4:5:6', 128, 66051, 258),
      'ip addrlabel del prefix 2001:db8:1:2::/64 label 66051': () =>
        request.op({
          name: 'RTM_DELADDRLABEL',
          type: RTM_DELADDRLABEL,
          format: addressLabel,
          header: { family: 'inet6', prefixLength: 64 },
          attributes: { address: '2001:db8:1:2::', label: 66051 },
        }),
    },
  })
})

const base = { name: 'RTM_NEWADDRLABEL', type: RTM_NEWADDRLABEL, format: addressLabel } as const

test('flags and modes are those of the kernel', () => {
  const flagsOf = (options: object) => {
    const { sent } = runSteps(request.op({ ...base, ...options }))
    return [sent[0]?.tree.type, (sent[0]?.tree.flags ?? 0) & 0xfffb]
  }
  expect(flagsOf({})).toEqual([72, 0x1])
  expect(flagsOf({ flags: ['create', 'append'] })).toEqual([72, 0xc01])
  expect(flagsOf({ flags: ['replace'] })).toEqual([72, 0x101])
  expect(flagsOf({ type: 73, flags: ['bulk'] })).toEqual([73, 0x201])
  expect(flagsOf({ mode: 'echo', replyType: 72 })).toEqual([72, 0x9])
  expect(flagsOf({ type: RTM_GETADDRLABEL, mode: 'dump', replyType: 72 })).toEqual([74, 0x301])
})

describe('refused before anything is sent', () => {
  test.each<[string, string, object]>([
    ['no name', 'name', { name: undefined }],
    ['a name that is none', 'name', { name: 7 }],
    ['a type of netlink itself', 'type', { type: 3 }],
    ['a type of 17 bits', 'type', { type: 0x10000 }],
    ['an unknown mode', 'mode', { mode: 'list' }],
    ['a flag of another word', 'flags[1]', { flags: ['create', 'exclusive'] }],
    ['a flag that is inherited', 'flags[0]', { flags: ['toString'] }],
    ['raw flags', 'flags', { flags: 0x400 }],
    ['no reply type where there is a reply', 'replyType', { mode: 'get' }],
    ['no layout', 'format.header', { format: undefined }],
    ['a layout without table', 'format.attributes', { format: { header: addressLabel.header } }],
    ['a value of an attribute', 'label', { attributes: { label: -1 } }],
    ['an attribute without a row', 'labels', { attributes: { labels: 1 } }],
    ['a field that the structure has not', 'length', { header: { length: 1 } }],
    ['an unknown option', 'kind', { kind: 'x' }],
  ])('%s', (_what, path, options) => {
    expect(refusal(request.op({ ...base, ...options } as never))).toMatchObject({ path, changes: [] })
  })
})
