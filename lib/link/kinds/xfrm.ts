/** xfrm: packets that IPsec carries, chosen by an identifier of their policies. `ip link add … type xfrm` */
import { flag, u32 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { refuse, required } from '../../rtnetlink/options.js'
import { type CreateOptions, createVerb } from '../create.js'
import { linkRef } from '../index-codec.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'

export const xfrmAttributes = attributes({
  /** The link that is underneath: its offloads count, and its namespace. `dev` */
  dev: attribute('IFLA_XFRM_LINK', 1, linkRef, { changeable: false, repeated: true }),
  /** Identifier that the policies and states have, 1 to 2^32-1; an `external` link makes nothing of it. `if_id` */
  ifId: attribute('IFLA_XFRM_IF_ID', 2, u32({ min: 1 })),
  /** One link for all identifiers: routes or eBPF choose them (Linux 6.1). `external` */
  external: attribute('IFLA_XFRM_COLLECT_METADATA', 3, flag, { changeable: false }),
})

export const xfrm: LinkKind<'xfrm', typeof xfrmAttributes, XfrmLink> = {
  kind: 'xfrm',
  config: 'CONFIG_XFRM_INTERFACE',
  attributes: xfrmAttributes,
  changesAreWhole: true,
  check(data, when) {
    if (when === 'update') return
    if (data.external === true) refuse(data, ['dev', 'ifId'], 'with external, routes or eBPF choose the policies')
    else required(data, 'ifId', 'an integer from 1 to 4294967295')
  },
}

interface XfrmAttributes extends Infer<typeof xfrmAttributes> {}

// Narrowed members of XfrmAttributes: what they are, its doc comments say.
type Identity =
  | { readonly ifId: number; readonly external?: false | undefined }
  | { readonly external: true; readonly ifId?: undefined; readonly dev?: undefined }

/** What {@link createXfrm} takes. */
export type XfrmOptions = CreateOptions & XfrmAttributes & Identity
/** What an xfrm link has of its own. */
export interface XfrmData extends InferResult<typeof xfrmAttributes> {}
export interface XfrmLink extends LinkOf<'xfrm', XfrmData> {}

/**
 * Creates a link for IPsec. `ip link add xfrm0 type xfrm dev eth0 if_id 42`
 *
 * What it sends and receives is what the XFRM policies and states with its `ifId` say. Throws KernelError EEXIST where there is a
 * link of this name, or one with this `ifId`; a namespace has one `external` link at most. Needs CAP_NET_ADMIN and
 * CONFIG_XFRM_INTERFACE.
 *
 * @example
 * await createXfrm({ name: 'xfrm0', dev: 'eth0', ifId: 42, up: true })
 */
export const createXfrm = createVerb<XfrmOptions, XfrmLink>(xfrm)
