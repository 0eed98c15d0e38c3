/** The clock of the kernel's packet schedulers, in which old parts of its interface count. */

/** Nanoseconds: PSCHED_SHIFT is 6 since Linux 2.6.31, on every machine; /proc/net/psched says the same. */
export const PSCHED_TICK = 64

/** Ticks that `bytes` take at so many bytes per second, rounded up. */
export function ticksFor(bytes: number, rate: number): number {
  // As tc multiplies and divides: the last bit depends on the order.
  const ticks = Math.ceil(1_000_000 * (bytes / rate) * (1000 / PSCHED_TICK))
  return Math.min(ticks, 0xffff_ffff)
}

/** Bytes for which so many ticks were cut off: the least that take more than one tick less. */
export const bytesFor = (ticks: number, rate: number): number => Math.ceil((ticks * PSCHED_TICK * rate) / 1e9 - 1e-6)
