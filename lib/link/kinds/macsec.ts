/** MACsec (IEEE 802.1AE): Ethernet frames authenticated and encrypted, from neighbour to neighbour. `ip link add … type macsec` */
import { type Codec, requireLength } from '../../codec/codec.js'
import { enumeration } from '../../codec/enumeration.js'
import { be16, bool, u8, u32, u64 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { refuse, required } from '../../rtnetlink/options.js'
import { createVerb } from '../create.js'
import type { LinkKind, Values } from '../kind.js'
import type { LinkOf } from '../link.js'
import { requireLink, type StackedOptions } from '../stacked/stacked.js'

const SCI_BYTES = 8

/** A secure channel identifier: the bytes of a MAC address, then a port number, both in network order. */
const channel: Codec<string> = {
  expected: "a secure channel identifier, 16 hexadecimal digits: MAC address and port, '0211223344550001'",
  write(writer, value) {
    if (typeof value !== 'string' || !/^[0-9a-f]{16}$/i.test(value)) throw new Rejection(channel.expected, value)
    writer.raw(Uint8Array.from({ length: SCI_BYTES }, (_, i) => Number.parseInt(value.slice(2 * i, 2 * i + 2), 16)))
  },
  read({ bytes }, start, end) {
    requireLength(start, end, SCI_BYTES)
    return Array.from(bytes.subarray(start, end), (byte) => byte.toString(16).padStart(2, '0')).join('')
  },
}

type CipherName = 'gcm-aes-128' | 'gcm-aes-256' | 'gcm-aes-xpn-128' | 'gcm-aes-xpn-256'

const ciphers: readonly (readonly [CipherName, bigint, string])[] = [
  ['gcm-aes-128', 0x0080_c200_0100_0001n, 'MACSEC_CIPHER_ID_GCM_AES_128'],
  ['gcm-aes-256', 0x0080_c200_0100_0002n, 'MACSEC_CIPHER_ID_GCM_AES_256'],
  ['gcm-aes-xpn-128', 0x0080_c200_0100_0003n, 'MACSEC_CIPHER_ID_GCM_AES_XPN_128'],
  ['gcm-aes-xpn-256', 0x0080_c200_0100_0004n, 'MACSEC_CIPHER_ID_GCM_AES_XPN_256'],
]
/** Another number of GCM-AES-128, of a draft; macsec_fill_info tells it and never the standard's. */
const draft = ['gcm-aes-128', 0x0080_0200_0100_0001n, 'MACSEC_DEFAULT_CIPHER_ID'] as const

/** A named number of 64 bits, which neither a number nor `enumeration` has room for; one without a name is a bigint. */
function cipherSuite(): Codec<CipherName, CipherName | bigint> & { readonly constants: ReadonlyMap<string, bigint> } {
  const number = u64()
  const expected = `one of ${ciphers.map(([name]) => `'${name}'`).join(', ')}`
  return {
    constants: new Map([draft, ...ciphers].map(([, value, constant]) => [constant, value])),
    expected,
    write(writer, value) {
      const found = ciphers.find(([name]) => name === value)
      if (found === undefined) throw new Rejection(expected, value)
      number.write(writer, found[1])
    },
    read(source, start, end) {
      const value = number.read(source, start, end)
      return [draft, ...ciphers].find(([, one]) => one === value)?.[0] ?? value
    },
  }
}

const validate = enumeration(u8(), 'MACSEC_VALIDATE', { disabled: 0, check: 1, strict: 2 })
const offload = enumeration(u8(), 'MACSEC_OFFLOAD', { off: 0, phy: 1, mac: 2 })

const fixed = { changeable: false } as const

export const macsecAttributes = attributes(
  {
    /** Secure channel identifier. Absent: made of the link's MAC address and `port`. `sci` */
    sci: attribute('IFLA_MACSEC_SCI', 1, channel, fixed),
    /** Port number within the `sci`, 1 to 65535; 1 unless said. The kernel tells it in `sci`. `port` */
    port: attribute('IFLA_MACSEC_PORT', 2, be16({ min: 1 }), { writeOnly: true, changeable: false }),
    /** Length of the integrity check value in bytes, as GCM has it: 8, or 12 to 16 (the default). `icvlen` */
    icvLen: attribute('IFLA_MACSEC_ICV_LEN', 3, u8({ min: 8, max: 16 }), fixed),
    /** Cipher suite; `gcm-aes-128` unless said. `cipher` */
    cipher: attribute('IFLA_MACSEC_CIPHER_SUITE', 4, cipherSuite(), fixed),
    /** How far behind the newest a packet may be; told while `replay` is on. With an XPN cipher 2^30-1 at most. `window` */
    window: attribute('IFLA_MACSEC_WINDOW', 5, u32()),
    /** Number of the secure association that packets are sent with, 0 to 3. `encodingsa` */
    encodingSa: attribute('IFLA_MACSEC_ENCODING_SA', 6, u8({ max: 3 })),
    /** Encrypts, not only authenticates. `encrypt` */
    encrypt: attribute('IFLA_MACSEC_ENCRYPT', 7, bool),
    /** Authenticates what is sent; on unless `false`. `protect` */
    protect: attribute('IFLA_MACSEC_PROTECT', 8, bool),
    /** The `sci` stands in every packet; on unless `false`. `send_sci` */
    sendSci: attribute('IFLA_MACSEC_INC_SCI', 9, bool),
    /** Says that the sender is an end station, in place of the `sci`: while `sendSci` is on, nothing comes of it. `end_station` */
    endStation: attribute('IFLA_MACSEC_ES', 10, bool),
    /** Single copy broadcast, in place of the `sci` as well. `scb` */
    scb: attribute('IFLA_MACSEC_SCB', 11, bool),
    /** Drops packets that come again or too late; `true` needs `window` with it, also in a change. `replay` */
    replay: attribute('IFLA_MACSEC_REPLAY_PROTECT', 12, bool),
    /** What is taken: everything, everything but counted, only what is valid (the default). `validate` */
    validate: attribute('IFLA_MACSEC_VALIDATION', 13, validate),
    /**
     * Done by the hardware below: its PHY or its MAC. To be changed since Linux 6.3: an older kernel takes the change and does nothing,
     * nor does it tell the value (macsec_changelink). `offload`
     */
    offload: attribute('IFLA_MACSEC_OFFLOAD', 15, offload),
  },
  { IFLA_MACSEC_PAD: 14 },
)

/** The sci, or one of these in its place: macsec_validate_attr looks at what one request says. */
function checkSender(data: Readonly<Values>): void {
  const instead = ['endStation', 'scb'] as const
  if (data.sendSci === true) refuse(data, instead, 'with sendSci the packets have the sci')
  if (data.endStation === true) refuse(data, ['scb'], 'it cannot be said together with endStation')
}

function checkNew(data: Readonly<Values>): void {
  if (data.sci !== undefined) refuse(data, ['port'], 'the port stands in the sci')
  if (data.sci !== undefined && data.sendSci === false)
    throw new Rejection('true, or nothing, beside sci', false).within('sendSci')
  if (data.sendSci === undefined)
    refuse(data, ['endStation', 'scb'], 'unless sendSci is false, the packets have the sci')
}

const LONGEST_XPN_WINDOW = 2 ** 30 - 1

function check(data: Readonly<Values>, when: 'create' | 'update', common: Readonly<Values>): void {
  requireLink(when, common)
  if (when === 'create') checkNew(data)
  checkSender(data)
  const { replay, window, cipher: suite, icvLen } = data
  if (icvLen === 9 || icvLen === 10 || icvLen === 11)
    throw new Rejection('8, or an integer from 12 to 16', icvLen).within('icvLen')
  if (replay === true) required(data, 'window', 'an integer from 0 to 4294967295, beside replay')
  if (/xpn/.test(String(suite)) && (window as number) > LONGEST_XPN_WINDOW)
    throw new Rejection(`an integer from 0 to ${LONGEST_XPN_WINDOW} with this cipher`, window).within('window')
}

export const macsec: LinkKind<'macsec', typeof macsecAttributes, MacsecLink> = {
  kind: 'macsec',
  config: 'CONFIG_MACSEC',
  attributes: macsecAttributes,
  check,
}

/** What {@link createMacsec} takes. */
export interface MacsecOptions extends StackedOptions, Infer<typeof macsecAttributes> {}
/** What a macsec link has of its own. */
export interface MacsecData extends InferResult<typeof macsecAttributes> {}
export interface MacsecLink extends LinkOf<'macsec', MacsecData> {}

/**
 * Creates a MACsec link on an Ethernet one. `ip link add link eth0 name macsec0 type macsec encrypt on`
 *
 * Without channels and keys: what `ip macsec` sets is not rtnetlink but generic netlink, family `macsec`, and no part of
 * this library. Throws KernelError EEXIST where there is a link of this name, EBUSY where the link below is a port or there
 * has one with this `sci`. Needs CAP_NET_ADMIN and CONFIG_MACSEC.
 *
 * @example
 * await createMacsec({ name: 'macsec0', link: 'eth0', encrypt: true, replay: true, window: 128 })
 */
export const createMacsec = createVerb<MacsecOptions, MacsecLink>(macsec)
