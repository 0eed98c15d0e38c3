/** VLAN: what of a link's packets bears one tag. `ip link add link eth0 … type vlan` */
import type { FixedCodec } from '../../codec/codec.js'
import { type Range, u16, u32 } from '../../codec/integers.js'
import { arrayOf } from '../../codec/nest.js'
import { Rejection } from '../../codec/rejection.js'
import { field, struct } from '../../codec/struct.js'
import { switches } from '../../codec/switches.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { required } from '../../rtnetlink/options.js'
import { createVerb } from '../create.js'
import type { LinkKind, Values } from '../kind.js'
import type { LinkOf } from '../link.js'
import { requireLink, type StackedOptions } from '../stacked/stacked.js'
import { vlanProtocol } from '../vlan-protocol.js'

const switchBits = {
  /** Untagged is what the link shows of received packets; on unless `false`. `reorder_hdr` */
  reorderHdr: [0x1, 'VLAN_FLAG_REORDER_HDR'],
  /** Tell switches of this VLAN by GVRP; needs CONFIG_VLAN_8021Q_GVRP. `gvrp` */
  gvrp: 0x2,
  /** Its state is not the one of the link below. `loose_binding` */
  looseBinding: 0x4,
  /** Tell switches of this VLAN by MVRP; needs CONFIG_VLAN_8021Q_MVRP. `mvrp` */
  mvrp: 0x8,
  /** On a bridge: has a carrier while a port that is in this VLAN has. `bridge_binding` */
  bridgeBinding: 0x10,
} as const

export const vlanSwitches = switches('VLAN_FLAG', switchBits, [], 'masks')

/** From one sort of priority to the other. */
export interface QosMapping {
  readonly from: number
  /** 0 takes the mapping away: it is what there is without one. */
  readonly to: number
}

/**
 * A priority of the tag is three bits, of which the kernel cuts off what does not fit (vlan_dev_set_ingress_priority). Both
 * numbers must be said: an absent one would be a zero, and that is another mapping.
 */
function qosMapping(from: Range, to: Range): FixedCodec<QosMapping> {
  const both = struct('ifla_vlan_qos_mapping', { from: field('from', u32(from)), to: field('to', u32(to)) })
  return {
    ...both,
    write(writer, value) {
      if (typeof value === 'object' && value !== null)
        for (const name of ['from', 'to'] as const) required(value, name, 'an integer')
      both.write(writer, value)
    },
  }
}

const element = { constant: 'IFLA_VLAN_QOS_MAPPING', number: 1 } as const
const tag = { max: 7 }

export const vlanAttributes = attributes({
  /** Number of the VLAN, 0 to 4094; with 0 a tag bears a priority alone. `id` */
  id: attribute('IFLA_VLAN_ID', 1, u16({ max: 4094 }), { changeable: false }),
  /** Which tags; 802.1Q unless given. `protocol` */
  protocol: attribute('IFLA_VLAN_PROTOCOL', 5, vlanProtocol, { changeable: false }),
  /**
   * Switches that the kernel keeps in one attribute; those not named stay as they are. Where all are off, the kernel does not tell
   * them (vlan_fill_info).
   */
  switches: attribute('IFLA_VLAN_FLAGS', 2, vlanSwitches),
  /**
   * From the priority in a tag, 0 to 7, to that of the packet (SO_PRIORITY). Mappings that are not named stay as they are; `to: 0` takes
   * one away. `ingress-qos-map`
   */
  ingressQosMap: attribute('IFLA_VLAN_INGRESS_QOS', 4, arrayOf(qosMapping(tag, {}), element)),
  /** From the priority of a packet to that in the tag, 0 to 7; for the rest as `ingressQosMap`. `egress-qos-map` */
  egressQosMap: attribute('IFLA_VLAN_EGRESS_QOS', 3, arrayOf(qosMapping({}, tag), element)),
})

function check(data: Readonly<Values>, when: 'create' | 'update', common: Readonly<Values>): void {
  requireLink(when, common)
  if (when === 'create') return void required(data, 'id', 'an integer from 0 to 4094')
  for (const name of ['ingressQosMap', 'egressQosMap']) {
    const map = data[name]
    if (Array.isArray(map) && map.length === 0)
      throw new Rejection('at least one mapping: those not named stay, and `to: 0` takes one away', map).within(name)
  }
}

export const vlan: LinkKind<'vlan', typeof vlanAttributes, VlanLink> = {
  kind: 'vlan',
  config: 'CONFIG_VLAN_8021Q',
  attributes: vlanAttributes,
  check,
}

/** What {@link createVlan} takes. */
export interface VlanOptions extends StackedOptions, Infer<typeof vlanAttributes> {
  readonly id: number
}
/** What a vlan link has of its own. */
export interface VlanData extends InferResult<typeof vlanAttributes> {}
export interface VlanLink extends LinkOf<'vlan', VlanData> {}

/**
 * Creates a VLAN link. `ip link add link eth0 name eth0.5 type vlan id 5`
 *
 * It has the MAC address and the MTU of the link below, unless given; a larger MTU is refused (EINVAL). Without `looseBinding` the
 * link below must be up for it to go up (ENETDOWN). With `netns` it is born in that namespace on a link of this one. Throws
 * KernelError EEXIST where there is a link of this name, or one with this number and protocol on the link below. Needs CAP_NET_ADMIN and
 * CONFIG_VLAN_8021Q.
 *
 * @example
 * await createVlan({ name: 'eth0.5', link: 'eth0', id: 5, up: true })
 * await updateLink('eth0.5', { egressQosMap: [{ from: 6, to: 5 }] })
 */
export const createVlan = createVerb<VlanOptions, VlanLink>(vlan)
