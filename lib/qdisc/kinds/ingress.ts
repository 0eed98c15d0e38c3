/** ingress: no queue, but the place of filters at the ingress. `tc qdisc add … ingress` */
import { noOptions, type QdiscKind } from '../kind.js'
import type { QdiscOf } from '../qdisc.js'

export interface IngressQdisc extends QdiscOf<'ingress', Record<never, never>> {}

export const ingress: QdiscKind<'ingress', Record<never, never>, IngressQdisc> = {
  kind: 'ingress',
  config: 'CONFIG_NET_SCH_INGRESS',
  options: noOptions,
  ingress: true,
}
