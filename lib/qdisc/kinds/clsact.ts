/** clsact: no queue, but the place of filters at both ingress and egress. `tc qdisc add … clsact` */
import { noOptions, type QdiscKind } from '../kind.js'
import type { QdiscOf } from '../qdisc.js'

export interface ClsactQdisc extends QdiscOf<'clsact', Record<never, never>> {}

export const clsact: QdiscKind<'clsact', Record<never, never>, ClsactQdisc> = {
  kind: 'clsact',
  config: 'CONFIG_NET_SCH_INGRESS',
  options: noOptions,
  ingress: true,
}
