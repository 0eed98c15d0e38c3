/** What `openSocket` takes, checked. */
import { formatIp, parseIp } from '../codec/ip.js'
import { Rejection, within } from '../codec/rejection.js'
import { encodeText } from '../codec/text.js'
import { copyOptions, required } from '../rtnetlink/options.js'

interface CommonOptions {
  /** IPv4 or IPv6; a link-local address with its link, by name or index: `fe80::1%eth0`. `'0.0.0.0'` and `'::'` are all. */
  readonly address: string
  /** 0, the default: the kernel chooses. */
  readonly port?: number | undefined
  /** SO_REUSEADDR. */
  readonly reuseAddr?: boolean | undefined
  /** SO_REUSEPORT: several sockets share the port. */
  readonly reusePort?: boolean | undefined
  /** IPv6 only: take no IPv4 on `'::'`. */
  readonly ipv6Only?: boolean | undefined
  /** SO_BINDTODEVICE: send and receive through this link only. */
  readonly bindToDevice?: string | undefined
}

/** A bound UDP socket. */
export interface UdpSocketOptions extends CommonOptions {
  readonly type: 'udp'
  /** SO_BROADCAST. */
  readonly broadcast?: boolean | undefined
}

/** A listening TCP socket. */
export interface TcpSocketOptions extends CommonOptions {
  readonly type: 'tcp'
  /** Connections that wait to be accepted, 511 by default; `listen({ fd, backlog })` of Node sets it anew. */
  readonly backlog?: number | undefined
}

/** A socket to open in a namespace. */
export type InetSocketOptions = UdpSocketOptions | TcpSocketOptions

const LONGEST_LINK_NAME = 15
const BACKLOG = 511
const common = ['type', 'address', 'port', 'reuseAddr', 'reusePort', 'ipv6Only', 'bindToDevice'] as const

export interface InetAddress {
  readonly bytes: Uint8Array
  readonly family: 'inet' | 'inet6'
  /** What stood behind `%`: a link's name, or its index. */
  readonly zone: string | number | undefined
  readonly text: string
}

/** fe80::/10, and multicast of interface and link scope: the kernel ignores the zone of any other. */
const takesZone = ([first = 0, second = 0]: Uint8Array) =>
  (first === 0xfe && (second & 0xc0) === 0x80) || (first === 0xff && ((second & 0x0f) === 1 || (second & 0x0f) === 2))

const isDecimal = /^[1-9][0-9]{0,9}$/

export function parseInetAddress(value: unknown): InetAddress {
  const expected = "an IPv4 or IPv6 address, with its zone if it is link-local ('fe80::1%eth0')"
  if (typeof value !== 'string') throw new Rejection(expected, value)
  const percent = value.indexOf('%')
  const bytes = parseIp(percent < 0 ? value : value.slice(0, percent))
  if (bytes === undefined) throw new Rejection(expected, value)
  const family = bytes.length === 4 ? 'inet' : 'inet6'
  const text = formatIp(bytes, 0, bytes.length) as string
  if (percent < 0) return { bytes, family, zone: undefined, text }
  const zone = value.slice(percent + 1)
  if (zone === '' || family === 'inet' || !takesZone(bytes)) throw new Rejection(expected, value)
  return { bytes, family, zone: isDecimal.test(zone) ? Number(zone) : zone, text: `${text}%${zone}` }
}

function whole(options: object, name: string, fallback: number, min: number, max: number): number {
  const value = (options as Record<string, unknown>)[name] ?? fallback
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max)
    throw new Rejection(`a whole number from ${min} to ${max}`, value).within(name)
  return value as number
}

function flag(options: object, name: string): boolean {
  const value = (options as Record<string, unknown>)[name] ?? false
  if (typeof value !== 'boolean') throw new Rejection('true or false', value).within(name)
  return value
}

/** The kernel cuts a longer name, and binds to another link. */
function deviceName(value: unknown): string | undefined {
  if (value === undefined) return undefined
  const size = typeof value === 'string' ? (encodeText(value)?.length ?? 0) : 0
  if (
    typeof value !== 'string' ||
    size < 1 ||
    size > LONGEST_LINK_NAME ||
    value.includes('\0') ||
    !value.isWellFormed()
  )
    throw new Rejection(`the name of a link: 1 to ${LONGEST_LINK_NAME} bytes`, value).within('bindToDevice')
  return value
}

/** All that is known without asking the kernel. */
export function checkInetOptions(given: InetSocketOptions) {
  const { type } = copyOptions(given)
  if (type !== 'udp' && type !== 'tcp') throw new Rejection("'udp' or 'tcp'", type).within('type')
  const options = copyOptions(given, [...common, type === 'udp' ? 'broadcast' : 'backlog'])
  const text = required(options, 'address', 'an address')
  const address = within('address', () => parseInetAddress(text))
  if (address.family === 'inet' && options.ipv6Only !== undefined)
    throw new Rejection('nothing beside an IPv4 address', options.ipv6Only).within('ipv6Only')
  return {
    address,
    type,
    port: whole(options, 'port', 0, 0, 65_535),
    device: deviceName(options.bindToDevice),
    reuseAddress: flag(options, 'reuseAddr'),
    reusePort: flag(options, 'reusePort'),
    ipv6Only: flag(options, 'ipv6Only'),
    broadcast: flag(options, 'broadcast'),
    backlog: whole(options, 'backlog', BACKLOG, 0, 2 ** 31 - 1),
  }
}
