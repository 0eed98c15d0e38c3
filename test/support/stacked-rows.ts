/** What the live tests of kinds share whose attributes are the same. */
export const stackedStage = ['link add e0 index 258 type veth peer name e1'] as const

const address = '02:11:22:33:44:55'

export const macvlanRows = {
  mode: { value: 'private', ip: ['mode', 'private'], other: 'bridge' },
  flags: {
    value: ['noPromisc'],
    ip: ['nopromisc', true],
    other: [],
    beside: { mode: 'passthru' },
  },
  macaddr: {
    value: [address],
    ip: ['macaddr_data', [address]],
    other: ['02:66:77:88:99:aa'],
    beside: { mode: 'source' },
  },
  bcQueueLength: {
    value: 66051,
    ip: ['bcqueuelen', 66051],
    other: 66052,
    follows: ['usedBcQueueLength'],
    since: 'Linux 5.11',
  },
  bcLim: { value: 66051, ip: ['raw', '03020100'], other: -2, since: 'Linux 6.4' },
} as const

export const ipvlanRows = {
  mode: { value: 'l3s', ip: ['mode', 'l3s'], other: 'l2' },
  flags: { value: ['vepa'], ip: ['vepa', true], other: ['private'] },
} as const
