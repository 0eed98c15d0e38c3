/** RTM_*QDISC: struct tcmsg and the attributes that qdiscs, classes and filters share. */
import { bool, flag, s8, s16, s32, u8, u16, u32, u64 } from '../codec/integers.js'
import { nested, opaque } from '../codec/nest.js'
import { series } from '../codec/series.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes, readOnly } from '../codec/table.js'
import { text } from '../codec/text.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { handle, parent } from './handle.js'

const writeOnly = { writeOnly: true } as const

export const basicStats = struct('gnet_stats_basic', {
  bytes: field('bytes', u64()),
  packets: field('packets', u32()),
  _pad: field('', padding(4)),
})

/** Per second, over the estimator's time: bytes, and packets. */
export const rateStats = struct('gnet_stats_rate_est', { bps: field('bps', u32()), pps: field('pps', u32()) })
export const rateStats64 = struct('gnet_stats_rate_est64', { bps: field('bps', u64()), pps: field('pps', u64()) })

export const queueStats = struct('gnet_stats_queue', {
  /** Packets that wait. `backlog` (packets) */
  qlen: field('qlen', u32()),
  /** Bytes that wait. `backlog` */
  backlog: field('backlog', u32()),
  /** Packets dropped: the queue was full, or that is what it is for. `dropped` */
  drops: field('drops', u32()),
  /** Packets that the link did not take, put back. `requeues` */
  requeues: field('requeues', u32()),
  /** How often something had to wait for its time. `overlimits` */
  overlimits: field('overlimits', u32()),
})

export const statsAttributes = attributes(
  {
    basic: attribute('TCA_STATS_BASIC', 1, basicStats, readOnly),
    rateEst: attribute('TCA_STATS_RATE_EST', 2, rateStats, readOnly),
    queue: attribute('TCA_STATS_QUEUE', 3, queueStats, readOnly),
    /** Of the kind's own; TCA_XSTATS is the same. */
    app: attribute('TCA_STATS_APP', 4, opaque, readOnly),
    rateEst64: attribute('TCA_STATS_RATE_EST64', 5, rateStats64, readOnly),
    basicHw: attribute('TCA_STATS_BASIC_HW', 7, basicStats, readOnly),
    packets64: attribute('TCA_STATS_PKT64', 8, u64(), readOnly),
  },
  { TCA_STATS_PAD: 6 },
)

/** Of kernels and modules that do not fill in TCA_STATS2. */
export const oldStats = struct('tc_stats', {
  bytes: field('bytes', u64()),
  packets: field('packets', u32()),
  drops: field('drops', u32()),
  overlimits: field('overlimits', u32()),
  bps: field('bps', u32()),
  pps: field('pps', u32()),
  qlen: field('qlen', u32()),
  backlog: field('backlog', u32()),
  _pad: field('', padding(4)),
})

export const estimator = struct('tc_estimator', {
  /** A quarter of a second, times two to the power of this and two. */
  interval: field('interval', s8()),
  ewmaLog: field('ewma_log', u8()),
})

export const sizeSpec = struct('tc_sizespec', {
  cellLog: field('cell_log', u8()),
  sizeLog: field('size_log', u8()),
  cellAlign: field('cell_align', s16()),
  /** Bytes added to each packet. `overhead` */
  overhead: field('overhead', s32()),
  /** 1 Ethernet, 2 ATM; 0 is not said. `linklayer` */
  linkLayer: field('linklayer', u32()),
  /** No packet counts for less. `mpu` */
  mpu: field('mpu', u32()),
  /** Longest packet that the table knows. `mtu` */
  mtu: field('mtu', u32()),
  /** How many entries the table has. `tsize` */
  tsize: field('tsize', u32()),
})

const LONGEST_TABLE = 16_384

export const stabAttributes = attributes({
  base: attribute('TCA_STAB_BASE', 1, sizeSpec),
  data: attribute('TCA_STAB_DATA', 2, series(u16(), { min: 0, max: LONGEST_TABLE }), writeOnly),
})

const LONGEST_KIND = 15

// TCA_FCNT, TCA_CHAIN, TCA_DUMP_FLAGS and TCA_EXT_WARN_MSG are of filters and actions.
export const tcAttributes = attributes(
  {
    kind: attribute('TCA_KIND', 1, text(LONGEST_KIND)),
    /** A nest, a structure, or both: the kind says what. */
    options: attribute('TCA_OPTIONS', 2, opaque, { implicit: true, plain: true }),
    oldStats: attribute('TCA_STATS', 3, oldStats, readOnly),
    xstats: attribute('TCA_XSTATS', 4, opaque, readOnly),
    estimator: attribute('TCA_RATE', 5, estimator, writeOnly),
    stats: attribute('TCA_STATS2', 7, nested(statsAttributes), readOnly),
    stab: attribute('TCA_STAB', 8, nested(stabAttributes)),
    /** Also those that the kernel hides: the default children of classful ones. `invisible` */
    invisible: attribute('TCA_DUMP_INVISIBLE', 10, flag, writeOnly),
    /** The hardware does it. `offloaded` */
    hwOffload: attribute('TCA_HW_OFFLOAD', 12, bool, readOnly),
    /** Number of the block of filters at the ingress, which several links may share. `ingress_block` */
    ingressBlock: attribute('TCA_INGRESS_BLOCK', 13, u32({ min: 1 })),
    /** The same at the egress. `egress_block` */
    egressBlock: attribute('TCA_EGRESS_BLOCK', 14, u32({ min: 1 })),
  },
  { TCA_PAD: 9 },
)

export const tcmsg = struct('tcmsg', {
  family: field('tcm_family', family),
  _pad1: field('tcm__pad1', padding(1)),
  _pad2: field('tcm__pad2', padding(2)),
  index: field('tcm_ifindex', s32()),
  handle: field('tcm_handle', handle),
  parent: field('tcm_parent', parent),
  /** Of a qdisc: who in the kernel holds it. */
  info: field('tcm_info', u32()),
})

export const tcMessage = messageFormat(tcmsg, tcAttributes)
