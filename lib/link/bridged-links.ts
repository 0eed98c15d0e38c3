/** `bridge link show | set`: links as bridges see them, their own or the one that is in hardware. */
import { enumeration } from '../codec/enumeration.js'
import { bool, u16 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { Rejection } from '../codec/rejection.js'
import { attribute, attributes, type Infer, unknownOption } from '../codec/table.js'
import { text } from '../codec/text.js'
import { messageFormat } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { bridgeFlags } from '../rtnetlink/bridge-flags.js'
import { RTM_GETLINK, RTM_NEWLINK, RTM_SETLINK } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, requireSome } from '../rtnetlink/options.js'
import { linkRef } from './index-codec.js'
import type { LinkMessage } from './link.js'
import { type LinkRef, linkIndex, nameOrIndex, optionalLinkIndex, resolveLinks } from './link-ref.js'
import { ifinfomsg } from './message.js'
import { type BridgePortChanges, type BridgePortData, bridgePortAttributes } from './ports/bridge.js'

export const bridgeMode = enumeration(u16(), 'BRIDGE_MODE', { veb: 0, vepa: 1, undef: 0xffff })

export const bridgeLinkSpec = attributes({
  flags: attribute('IFLA_BRIDGE_FLAGS', 0, bridgeFlags),
  /** How hardware forwards between its functions: by itself (`'veb'`), or by way of the switch beside the machine (`'vepa'`). `hwmode` */
  hwmode: attribute('IFLA_BRIDGE_MODE', 1, bridgeMode),
})

const ofDriver = attributes(
  { ...bridgePortAttributes.rows, learningSync: attribute('IFLA_BRPORT_LEARNING_SYNC', 11, bool) },
  bridgePortAttributes.ignored,
)

export const bridgeLinkMessage = messageFormat(
  ifinfomsg,
  attributes(
    {
      name: attribute('IFLA_IFNAME', 3, text(15), { readOnly: true }),
      master: attribute('IFLA_MASTER', 10, linkRef, { readOnly: true }),
      port: attribute('IFLA_PROTINFO', 12, nested(ofDriver), { implicit: true }),
      spec: attribute('IFLA_AF_SPEC', 26, nested(bridgeLinkSpec), { implicit: true }),
    },
    { IFLA_ADDRESS: 1, IFLA_MTU: 4, IFLA_LINK: 5, IFLA_OPERSTATE: 16 },
  ),
)

/** A link as its bridge sees it, or as its own driver does (`self`). */
export interface BridgedLink {
  /** Index of the link. */
  readonly index: number
  readonly name: string
  /** Flags of the link. */
  readonly flags: LinkMessage['header']['flags']
  /** Index of the bridge; absent where the link's own driver speaks. */
  readonly master?: number
  /** It is the link's own driver that speaks. */
  readonly self: boolean
  /** Of the driver: `'veb'`, `'vepa'`; `'undef'` where it has none. `hwmode` */
  readonly hwmode?: ReturnType<typeof bridgeMode.fromNumber>
  /** What it has as a port: for a bridge of the kernel's the same as `port.data` of the {@link Link}. */
  readonly data: BridgePortData
}

/** Which of them `listBridgedLinks` lists: those for which all that is given holds. */
export interface BridgedLinkFilter {
  readonly dev?: LinkRef | undefined
  /** Ports of this bridge. `master` */
  readonly master?: LinkRef | undefined
}

/**
 * Lists links as bridges see them: the ports of the kernel's bridges, and hardware that forwards between its own functions. `bridge -d link show`
 *
 * Of ports `listLinks({ master: 'br0' })` tells as much and more, in `port.data`; here too is `hwmode`, which hardware has.
 *
 * @example
 * for (const { name, hwmode } of await listBridgedLinks()) if (hwmode !== undefined) console.log(name, hwmode)
 */
export const listBridgedLinks = verb(
  (_filter?: BridgedLinkFilter) => 'list links of bridges',
  function* (filter?: BridgedLinkFilter): Steps<readonly BridgedLink[]> {
    const options = copyOptions(filter ?? {}, ['dev', 'master'])
    const dev = yield* optionalLinkIndex(options.dev)
    const bridge = yield* optionalLinkIndex(options.master, 'master')
    return yield* ask(
      request(
        { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'dump' },
        bridgeLinkMessage,
        { header: { family: 'bridge' }, attributes: {} },
        {
          type: RTM_NEWLINK,
          // The kernel filters by nothing here (valid_bridge_getlink_req).
          read({ header: { index, flags }, attributes: { name = '', master, port = {}, spec } }) {
            if ((dev !== undefined && index !== dev) || (bridge !== undefined && master !== bridge)) return undefined
            const self = spec?.flags?.includes('self') === true
            const { hwmode } = spec ?? {}
            const told = { ...(master !== undefined && { master }), ...(hwmode !== undefined && { hwmode }) }
            return { index, name, flags, ...told, self, data: port }
          },
        },
      ),
    )
  },
)

/** What `updateBridgedLink` asks of a link's own driver. */
export interface BridgedLinkChanges extends BridgePortChanges {
  /** How it forwards between its functions: by itself, or by way of the switch beside the machine. `hwmode` */
  readonly hwmode?: 'veb' | 'vepa' | undefined
  /** What hardware learns comes into the FDB. `learning_sync` */
  readonly learningSync?: boolean | undefined
}

const portNames = Object.entries(ofDriver.rows).flatMap(([name, { options }]) => ('readOnly' in options ? [] : [name]))
const changeNames = ['hwmode', ...portNames] as (keyof BridgedLinkChanges)[]

/**
 * Asks the driver of hardware that forwards between its own functions or ports to do it another way. `bridge link set dev eth0 hwmode vepa self`
 *
 * What a port of the kernel's bridge has is changed by {@link updateLink}: `updateLink('eth0', { port: { learning: false } })`. Throws KernelError
 * EOPNOTSUPP where the link's driver has nothing of the kind, as all links have that are software; ENODEV where there is no such link.
 * Needs CAP_NET_ADMIN.
 *
 * @example
 * await updateBridgedLink('enp1s0f0', { hwmode: 'vepa' })
 */
export const updateBridgedLink = verb(
  (dev: LinkRef, _changes: BridgedLinkChanges) => `change how the hardware of link ${nameOrIndex(dev)} forwards`,
  function* (dev: LinkRef, changes: BridgedLinkChanges): Steps<void> {
    const { hwmode, ...port } = checked(changes)
    const index = yield* linkIndex(dev)
    yield* resolveLinks(ofDriver, port as Record<string, unknown>)
    const isPort = Object.keys(port).length > 0
    yield* ask(
      request(
        { name: 'RTM_SETLINK', type: RTM_SETLINK },
        bridgeLinkMessage,
        {
          header: { family: 'bridge', index },
          attributes: { ...(isPort && { port }), spec: { flags: ['self'], hwmode } },
        },
        {},
        { final: true },
      ),
    )
  },
)

function checked(changes: BridgedLinkChanges): BridgedLinkChanges & Infer<typeof ofDriver> {
  const options = copyOptions(changes)
  for (const [name, value] of Object.entries(options))
    if (!(changeNames as string[]).includes(name)) throw unknownOption(name, value, changeNames)
  requireSome(options, changeNames)
  const { hwmode } = options
  if (hwmode !== undefined && hwmode !== 'veb' && hwmode !== 'vepa')
    throw new Rejection("'veb' or 'vepa'", hwmode).within('hwmode', 'IFLA_BRIDGE_MODE')
  return options
}
