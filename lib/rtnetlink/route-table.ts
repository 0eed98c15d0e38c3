/** Which routing table. */
import { enumeration } from '../codec/enumeration.js'
import { u32 } from '../codec/integers.js'

/** `/etc/iproute2/rt_tables` may name more: see names.ts. */
export const routeTable = enumeration(u32({ min: 1 }), 'RT_TABLE', { default: 253, main: 254, local: 255 })
