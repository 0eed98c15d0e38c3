import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../../lib/codec/codec.js'
import { decodeAttributes } from '../../../../lib/codec/reader.js'
import { createMacsec, type MacsecOptions, macsecAttributes } from '../../../../lib/link/kinds/macsec.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, testFixtures } from '../../../support/requests.js'

const sci = '0211223344551234'

/** Words behind `type macsec` → the options that say the same. */
const additions: Readonly<Record<string, Partial<MacsecOptions>>> = {
  '': {},
  'port 4660': { port: 4660 },
  [`sci ${sci}`]: { sci },
  'cipher gcm-aes-128': { cipher: 'gcm-aes-128' },
  'cipher gcm-aes-256': { cipher: 'gcm-aes-256' },
  'cipher gcm-aes-xpn-128': { cipher: 'gcm-aes-xpn-128' },
  'cipher gcm-aes-xpn-256': { cipher: 'gcm-aes-xpn-256' },
  'icvlen 12': { icvLen: 12 },
  'encrypt on': { encrypt: true },
  'encrypt off': { encrypt: false },
  'send_sci on': { sendSci: true },
  'send_sci off': { sendSci: false },
  'end_station off': { endStation: false },
  'send_sci off end_station on': { sendSci: false, endStation: true },
  'send_sci off scb on': { sendSci: false, scb: true },
  'protect off': { protect: false },
  'protect on': { protect: true },
  'replay on window 66051': { replay: true, window: 66051 },
  'replay off': { replay: false },
  'validate disabled': { validate: 'disabled' },
  'validate check': { validate: 'check' },
  'validate strict': { validate: 'strict' },
  'encodingsa 3': { encodingSa: 3 },
  'offload off': { offload: 'off' },
  'offload mac': { offload: 'mac' },
  'offload phy': { offload: 'phy' },
  [`sci ${sci} cipher gcm-aes-256 icvlen 12 encrypt on send_sci on protect on replay on window 66051 validate check encodingsa 2`]:
    {
      sci,
      cipher: 'gcm-aes-256',
      icvLen: 12,
      encrypt: true,
      sendSci: true,
      protect: true,
      replay: true,
      window: 66051,
      validate: 'check',
      encodingSa: 2,
    },
}

const changes: Readonly<Record<string, Partial<MacsecOptions>>> = {
  'encrypt on': { encrypt: true },
  'send_sci off end_station on': { sendSci: false, endStation: true },
  'protect off': { protect: false },
  'replay on window 66051': { replay: true, window: 66051 },
  'replay off': { replay: false },
  'validate check': { validate: 'check' },
  'encodingsa 3': { encodingSa: 3 },
  'offload mac': { offload: 'mac' },
  'scb off': { scb: false },
}

const create = (options: object) => createMacsec.op({ name: 'm0', link: 66051, ...options })
const answer = existing(66051, { kind: 'macsec', name: 'eth0' })
const change = (options: object) => updateLink.op('eth0', options)
const noEffect = 'the kernel takes it and sends the sci all the same: refused without sendSci: false'

describe('bytes as iproute2 sends them', () => {
  testFixtures('macsec', {
    unless: { 'ip alone: 18.2.5 = ffffffff': 'iproute2 sends an empty window with replay off; nothing comes of it' },
    same: {
      ...endings('ip link add link eth0 name m0 type macsec', additions, create),
      ...endings('ip link set eth0 type macsec', changes, (options) => ({ op: change(options), answer })),
      'ip link add link eth0 name m0 type macsec address 02:11:22:33:44:55 port 4660': () => create({ sci }),
      'ip link add link eth0 name m0 type macsec cipher default': () => ({
        op: create({ cipher: 'gcm-aes-128' }),
        except: {
          'differs: 18.2.4 = 0100000100c28000, ip 0100000100028000': 'one cipher with two numbers',
        },
      }),
    },
    beyond: {
      'ip link add link eth0 name m0 type macsec end_station on': noEffect,
      'ip link add link eth0 name m0 type macsec scb on': noEffect,
    },
  })
})

test('a cipher is told by either of its numbers; an unknown one stays a number', () => {
  const read = (hex: string) => {
    const bytes = Uint8Array.from(Buffer.from(`0c000400${hex}`, 'hex'))
    return decodeAttributes(macsecAttributes, sourceOf(bytes, true), 0, bytes.length).cipher
  }
  expect(read('0100000100028000')).toBe('gcm-aes-128')
  expect(read('0100000100c28000')).toBe('gcm-aes-128')
  expect(read('0400000100c28000')).toBe('gcm-aes-xpn-256')
  expect(read('0807060504030201')).toBe(0x0102030405060708n)
})

test.each([
  [{ link: undefined }, 'link', /required/],
  [{ sci: '0211' }, 'sci', /16 hexadecimal digits/],
  [{ sci: 5 }, 'sci', /16 hexadecimal digits/],
  [{ port: 0 }, 'port', /from 1 to 65535/],
  [{ sci, port: 5 }, 'port', /the port stands in the sci/],
  [{ sci, sendSci: false }, 'sendSci', /beside sci/],
  [{ icvLen: 7 }, 'icvLen', /from 8 to 16/],
  [{ icvLen: 11 }, 'icvLen', /8, or an integer from 12 to 16/],
  [{ icvLen: 17 }, 'icvLen', /from 8 to 16/],
  [{ cipher: 'default' }, 'cipher', /'gcm-aes-128'/],
  [{ encodingSa: 4 }, 'encodingSa', /from 0 to 3/],
  [{ replay: true }, 'window', /beside replay/],
  [{ cipher: 'gcm-aes-xpn-128', window: 2 ** 30, replay: true }, 'window', /from 0 to 1073741823 with this cipher/],
  [{ endStation: true }, 'endStation', /unless sendSci is false/],
  [{ scb: true }, 'scb', /unless sendSci is false/],
  [{ sendSci: true, endStation: true }, 'endStation', /the packets have the sci/],
  [{ sendSci: true, scb: true }, 'scb', /the packets have the sci/],
  [{ sendSci: false, endStation: true, scb: true }, 'scb', /together with endStation/],
  [{ validate: 'loose' }, 'validate', /'disabled', 'check', 'strict'/],
  [{ offload: 'on' }, 'offload', /'off', 'phy', 'mac'/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})

test.each([
  [{ sci }, 'sci', /cannot change it in a macsec link/],
  [{ data: { port: 5 } }, 'data.port', /cannot change it in a macsec link/],
  [{ icvLen: 9 }, 'icvLen', /cannot change it in a macsec link/],
  [{ cipher: 'gcm-aes-256' }, 'cipher', /cannot change it in a macsec link/],
  [{ replay: true }, 'window', /beside replay/],
  [{ endStation: true, scb: true }, 'scb', /together with endStation/],
])('refuses to change %o', (options, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(change(options), { answer })).toEqual(refused)
})
