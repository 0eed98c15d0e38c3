/** `tc qdisc add … stab …`: packets count for more than their bytes. */
import { Rejection, within } from '../codec/rejection.js'
import type { StructOut } from '../codec/struct.js'
import type { Infer } from '../codec/table.js'
import { copyOptions } from '../rtnetlink/options.js'
import { type LinkLayer, linkLayer, sizeOnWire } from './link-layer.js'
import type { sizeSpec, stabAttributes } from './message.js'

/** What packets count for, as the qdisc and all below it see them. */
export interface Stab {
  /** Bytes added to each packet; may be negative. `overhead` */
  readonly overhead?: number | undefined
  /** No packet counts for less bytes. `mpu` */
  readonly mpu?: number | undefined
  /** `'atm'`: cells of 53 bytes that carry 48. `linklayer` */
  readonly linkLayer?: LinkLayer | undefined
  /** Longest packet that the table knows, in bytes; 2047 unless said. `mtu` */
  readonly mtu?: number | undefined
  /** How many entries the table has; 512 unless said. `tsize` */
  readonly tsize?: number | undefined
}

/** As the kernel has it: without the table, which it does not tell. */
export type StabSpec = StructOut<typeof sizeSpec.fields>

const names = ['overhead', 'mpu', 'linkLayer', 'mtu', 'tsize'] as const
const LARGEST_ENTRY = 0xffff

function table(base: { mpu: number; layer: number; tsize: number }, cellLog: number) {
  const sizes = Array.from({ length: base.tsize }, (_, i) => sizeOnWire((i + 1) << cellLog, base.mpu, base.layer))
  let sizeLog = 0
  while (Math.max(...sizes) >> sizeLog > LARGEST_ENTRY) sizeLog++
  return { sizeLog, data: sizes.map((size) => size >> sizeLog) }
}

/** Without ATM and without mpu, the kernel only adds the overhead, and needs no table. */
function withTable({ overhead = 0, mpu = 0, mtu = 0, tsize = 0 }: Stab, layer: number): Infer<typeof stabAttributes> {
  if (layer !== linkLayer.toNumber('atm') && mpu === 0) return { base: { overhead, linkLayer: layer, mpu } }
  const [longest, entries] = [mtu || 2047, tsize || 512]
  let cellLog = 0
  while (longest >> cellLog > entries - 1) cellLog++
  const { sizeLog, data } = table({ mpu, layer, tsize: entries }, cellLog)
  const base = { cellLog, sizeLog, cellAlign: -1, overhead, linkLayer: layer, mpu, mtu: longest, tsize: entries }
  return { base, data }
}

function inRange(value: unknown, min: number, max: number): void {
  if (value !== undefined && !(Number.isInteger(value) && (value as number) >= min && (value as number) <= max))
    throw new Rejection(`an integer from ${min} to ${max}`, value)
}

export function stabIn(given: Stab | undefined): Infer<typeof stabAttributes> | undefined {
  if (given === undefined) return undefined
  return within(
    'stab',
    () => {
      const options = copyOptions(given, names)
      within('overhead', () => inRange(options.overhead, -0x8000, 0x7fff))
      within('mpu', () => inRange(options.mpu, 0, 0xff_ffff))
      within('mtu', () => inRange(options.mtu, 1, 0xff_ffff))
      within('tsize', () => inRange(options.tsize, 2, 16_384))
      return withTable(
        options,
        within('linkLayer', () => linkLayer.toNumber(options.linkLayer ?? 'unaware')),
      )
    },
    'TCA_STAB',
  )
}
