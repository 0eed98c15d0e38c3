/** In a guest system calls take ten times as long: there a tenth of what shows nothing that depends on the kernel is enough. */
export const manyOf = (count: number): number =>
  process.env.RTNETLINK_PATIENCE === undefined ? count : Math.ceil(count / 10)
