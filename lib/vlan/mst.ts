/** `bridge mst set | show`: what a port does in the instances of a spanning tree. */
import { Rejection, within } from '../codec/rejection.js'
import type { InferResult } from '../codec/table.js'
import { type LinkRef, linkIndex, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { stpState } from '../rtnetlink/stp-state.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { bridgeMessage, type mstEntryAttributes, RTEXT_FILTER_MST } from './bridge-message.js'
import { bridgeRequest } from './options.js'

type State = NonNullable<InferResult<typeof mstEntryAttributes>['state']>

/** What a port does in one instance. */
export interface MstState {
  /** Index of the port. */
  readonly dev: number
  /** Instance of the spanning tree; 0 is the port's own state. */
  readonly msti: number
  readonly state: State
}

/** What a port shall do in one instance. */
export interface MstStateOptions {
  /** The port. */
  readonly dev: LinkRef
  /** Instance of the spanning tree, 1 to 4095. `msti` */
  readonly msti: number
  /** `state` */
  readonly state: State
}

/** Which are listed: those for which all that is given holds. */
export interface MstStateFilter {
  /** A port. */
  readonly dev?: LinkRef | undefined
  readonly msti?: number | undefined
}

function checkMsti(msti: unknown, least: number): void {
  if (!Number.isInteger(msti) || (msti as number) < least || (msti as number) > 4095)
    throw new Rejection(`an integer from ${least} to 4095`, msti).within('msti')
}

/** The kernel has no filter for it: br_getlink is asked about every port there is. */
function* dumpStates(index: number | undefined, msti: number | undefined): Steps<readonly MstState[]> {
  const found = yield* ask(
    request(
      { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'dump' },
      bridgeMessage,
      { header: { family: 'bridge' }, attributes: { extMask: RTEXT_FILTER_MST } },
      {
        type: RTM_NEWLINK,
        read({ header, attributes }) {
          if (index !== undefined && header.index !== index) return undefined
          return (attributes.spec?.states ?? []).flatMap((entry) =>
            entry.msti === undefined || entry.state === undefined || (msti ?? entry.msti) !== entry.msti
              ? []
              : { dev: header.index, msti: entry.msti, state: entry.state },
          )
        },
      },
    ),
  )
  return uniqueBy(found.flat(), (one) => `${one.dev} ${one.msti}`)
}

const named = ({ dev, msti }: Pick<MstStateOptions, 'dev' | 'msti'>) => `state of ${nameOrIndex(dev)} in MSTI ${msti}`

/**
 * Changes what a port does in an instance of the spanning tree. `bridge mst set dev eth1 msti 10 state blocking`
 *
 * The bridge needs `switches: { mstEnabled: true }` (EBUSY else), and the port a VLAN of the instance (`updateBridgeVlanGlobal` with `msti`): without one the
 * kernel says yes and keeps nothing (br_mst_set_state), so it is looked for first, and there being none is KernelError ENOENT. The state of
 * instance 0 is the port's own: `updateLink` with `port: { state }`. Needs CAP_NET_ADMIN and Linux 5.18.
 *
 * @example
 * await updateMstState({ dev: 'eth1', msti: 10, state: 'blocking' })
 */
export const updateMstState = verb(
  (options: MstStateOptions) => `update ${named(options)}`,
  function* (given: MstStateOptions): Steps<void> {
    const options = copyOptions(given, ['dev', 'msti', 'state'])
    const dev = required(options, 'dev', 'a link')
    const msti = required(options, 'msti', 'the number of an instance')
    const state = required(options, 'state', 'a state')
    checkMsti(msti, 1)
    within('state', () => stpState.toNumber(state))
    const index = yield* linkIndex(dev)
    const send = bridgeRequest('RTM_SETLINK', index, { mst: { entry: { msti, state } } })
    const found = yield* dumpStates(index, msti)
    // In a bridge without `mstEnabled` no port has any: there the kernel's own words are better.
    yield* ask(found.length > 0 ? send : { ...send, final: false })
    if (found.length === 0)
      throw owedError('RTM_SETLINK', 'ENOENT', `cannot update ${named({ dev, msti })}: the port has no VLAN in it`)
  },
)

/**
 * Lists what ports do in the instances of the spanning tree. `bridge mst show dev eth1`
 *
 * Throws KernelError EOPNOTSUPP without CONFIG_BRIDGE_VLAN_FILTERING. A kernel older than Linux 5.18 lists none.
 *
 * @example
 * for (const { dev, msti, state } of await listMstStates()) console.log(dev, msti, state)
 */
export const listMstStates = verb(
  (_filter?: MstStateFilter) => 'list states of MSTIs',
  function* (filter?: MstStateFilter): Steps<readonly MstState[]> {
    const { dev, msti } = copyOptions(filter ?? {}, ['dev', 'msti'])
    if (msti !== undefined) checkMsti(msti, 0)
    return yield* dumpStates(yield* optionalLinkIndex(dev), msti)
  },
)
