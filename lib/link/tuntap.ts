/** Making tun and tap links, which the kernel does by ioctl, and asking the rest of netlink. */
import { flags } from '../codec/enumeration.js'
import { u16 } from '../codec/integers.js'
import { Rejection, within } from '../codec/rejection.js'
import { encodeAttributes, type Rows } from '../codec/table.js'
import { Writer } from '../codec/writer.js'
import { RtnetlinkError, SystemCallError } from '../errors.js'
import { type Hints, hinted } from '../netlink/hints.js'
import { holdNetns } from '../netlink/netns-ref.js'
import { here, perform, type Steps } from '../netlink/operation.js'
import type { NativeNetns, NetnsRef } from '../netlink/where.js'
import { copyOptions, isOn, required } from '../rtnetlink/options.js'
import { type CreateOptions, tableOf } from './create.js'
import { fetchLink } from './get.js'
import { expectedIndex, isIndex } from './index-codec.js'
import type { AnyLinkKind, Values } from './kind.js'
import type { LinkBase } from './link.js'
import { linkAttributes } from './message.js'
import { removeLink } from './remove.js'
import { afterwards, resolveCommon, setLink } from './set.js'
import { requireTold } from './told.js'

// What do_setlink can set in them.
const ofPackets = [
  'mtu', 'master', 'txQueueLength', 'operState', 'linkMode', 'alias',
  'gsoMaxSize', 'gsoMaxSegs', 'groMaxSize', 'gsoIpv4MaxSize', 'groIpv4MaxSize',
] as const // biome-ignore format: a list of names reads better in rows
const ofFrames = ['address', 'broadcast', ...ofPackets] as const
const ownNames = ['name', 'index', 'up', 'netns'] as const

/** What all links have, as far as a tun link can have it: packets have no link-layer address. */
export interface PacketOptions extends Pick<CreateOptions, (typeof ofPackets)[number] | (typeof ownNames)[number]> {}
/** The same for a tap link. */
export interface EthernetOptions extends Pick<CreateOptions, (typeof ofFrames)[number] | (typeof ownNames)[number]> {}

export type Mode = 'tun' | 'tap'

/** Of TUNSETIFF. */
export const tunFlags = flags(u16(), 'IFF', {
  tun: 0x1,
  tap: 0x2,
  multiQueue: 0x100,
  noPi: 0x1000,
  oneQueue: 0x2000,
  vnetHdr: 0x4000,
  exclusive: [0x8000, 'IFF_TUN_EXCL'],
})

/** What makes them all: whose namespace it is opened in decides where. */
export const TUN_DEVICE = '/dev/net/tun'

const missing = `there is no ${TUN_DEVICE}: this kernel has no CONFIG_TUN, or nobody made the node (mknod ${TUN_DEVICE} c 10 200)`

export const tunHints: Hints = {
  'open ENOENT': missing,
  'open ENODEV': missing,
  'open ENXIO': missing,
  'open EACCES': `${TUN_DEVICE} may not be opened by this user`,
  'open EPERM': `${TUN_DEVICE} may not be opened here: a container has to be given the device`,
  'ioctl TUNSETIFF EPERM': 'this needs the capability CAP_NET_ADMIN',
  'ioctl TUNSETIFF EBUSY': 'somebody is attached to it, and it has one queue (multiQueue)',
  'ioctl TUNSETIFF E2BIG': 'it has no queue left',
  'ioctl TUNSETOWNER EINVAL': 'this user namespace has no such user',
  'ioctl TUNSETGROUP EINVAL': 'this user namespace has no such group',
}

const switchNames = ['pi', 'vnetHdr', 'multiQueue', 'oneQueue'] as const
export type Form = { readonly [K in (typeof switchNames)[number]]?: unknown }

/** The switch of the kernel is the absence of `pi`. */
export function formFlags(mode: Mode, { pi, ...rest }: Form): number {
  const on = (['vnetHdr', 'multiQueue', 'oneQueue'] as const).filter((name) => isOn(rest[name], name))
  return tunFlags.toBits([mode, ...(isOn(pi, 'pi') ? [] : ['noPi' as const]), ...on])
}

/** The values that netlink sets are tried on paper: nothing is made that would be refused half-way. */
function checkValues(kind: AnyLinkKind, values: Values, own: Values): void {
  const paper = new Writer(true)
  encodeAttributes(paper, linkAttributes, values)
  for (const name of ['user', 'group']) {
    const only = (kind.attributes.rows as Rows)[name]?.attributes[0]
    if (own[name] !== undefined) within(name, () => only?.codec.write(paper, own[name]), only?.constant)
  }
}

function* make(mode: Mode, options: Values, target: NativeNetns | undefined): Steps<void> {
  const { name, index, user, group } = options as { name: string } & Record<'index' | 'user' | 'group', number>
  const doing = `create ${mode} link ${name}`
  const exclusive = formFlags(mode, options) | tunFlags.toBits(['exclusive'])
  const netns = target ?? (yield* here())
  try {
    yield* perform({
      name: 'createTun',
      args: [{ netns, path: TUN_DEVICE, name, index, user, group, flags: exclusive, persist: true }],
    })
  } catch (error) {
    throw taken(error, doing, index) ?? hinted(error, doing, tunHints)
  }
}

/** The kernel calls a name or an index that is taken busy; every other kind of link that exists is EEXIST. */
function taken(error: unknown, doing: string, index: unknown): SystemCallError | undefined {
  if (!(error instanceof SystemCallError) || error.syscall !== 'ioctl TUNSETIFF') return undefined
  if (error.code !== 'EBUSY' && error.code !== 'EEXIST') return undefined
  const what = index === undefined ? 'this name' : 'this name or index'
  const details = { code: 'EEXIST', errno: 17, syscall: error.syscall }
  return new SystemCallError(`cannot ${doing}: there is a link of ${what} [EEXIST]`, details, { cause: error })
}

/** Sets what the ioctl cannot; where that is refused, there shall be no link, as with a kind that is made in one request. */
function* complete(
  kind: AnyLinkKind,
  name: string,
  values: Values,
  isUp: boolean,
  target: NativeNetns | undefined,
): Steps<LinkBase> {
  const isMore = isUp || Object.keys(values).length > 0
  const made = yield* afterwards(isMore ? 'partly' : true, fetchLink({ name }, tableOf(kind), target))
  if (!isMore) return made
  const up = isUp ? (['up'] as const) : []
  try {
    requireTold(`create ${made.kind} link ${name}`, values, made)
    yield* afterwards('partly', setLink(made.index, values, target, { flags: up, change: up }))
  } catch (error) {
    try {
      yield* removeLink({ index: made.index }, target)
      if (error instanceof RtnetlinkError) Object.assign(error, { applied: false })
    } catch {
      // Why it was refused matters more; `applied` says that the link is there.
    }
    throw error
  }
  return yield* afterwards(true, fetchLink({ index: made.index }, tableOf(kind), target))
}

/** Makes a link that persists. `given` are the options as the caller wrote them. */
export function* createTuntap(kind: AnyLinkKind, mode: Mode, given: object): Steps<LinkBase> {
  const settable = mode === 'tap' ? ofFrames : ofPackets
  const options: Values = copyOptions(given as Values, [...ownNames, ...settable, 'user', 'group', ...switchNames])
  const name = required(options, 'name', 'a link name') as string
  if (options.index !== undefined && !isIndex(options.index))
    throw new Rejection(expectedIndex, options.index).within('index')
  const isUp = isOn(options.up, 'up')
  formFlags(mode, options)
  const wanted = settable.filter((option) => options[option] !== undefined)
  const values = Object.fromEntries(wanted.map((option) => [option, options[option]]))
  const held = options.netns === undefined ? undefined : yield* holdNetns(options.netns as NetnsRef)
  try {
    yield* resolveCommon(values, held?.native)
    checkValues(kind, { name, ...values }, options)
    yield* make(mode, options, held?.native)
    return yield* complete(kind, name, values, isUp, held?.native)
  } finally {
    held?.release()
  }
}
