/** Bands of priorities, and which band each of sixteen priorities of packets has. */
import { s32, u8 } from '../codec/integers.js'
import { tuple } from '../codec/series.js'
import { field, struct } from '../codec/struct.js'

const PRIORITIES = 16

export const prioMap = struct('tc_prio_qopt', {
  /** How many. `bands` */
  bands: field('bands', s32()),
  /** The band of each priority, 0 first. `priomap` */
  priomap: field('priomap', tuple(u8(), PRIORITIES)),
})
