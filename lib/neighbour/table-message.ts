/** RTM_*NEIGHTBL: struct ndtmsg and its attributes. What the tables of neighbours are like; their entries are RTM_*NEIGH. */
import { type FixedCodec, requireLength } from '../codec/codec.js'
import { u16, u32, u64 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { Rejection } from '../codec/rejection.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes, readOnly } from '../codec/table.js'
import { text } from '../codec/text.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'

/** The kernel keeps an int of what it is told, whatever its width in the message. */
const LARGEST_INT = 0x7fff_ffff
const count = () => u32({ max: LARGEST_INT })

/** 64 bits, of which nla_get_msecs takes 31 and passes over the others in silence. */
function milliseconds(min = 0): FixedCodec<number> {
  const expected = `an integer from ${min} to ${LARGEST_INT}`
  return {
    size: 8,
    expected,
    write(writer, value) {
      if (!Number.isInteger(value) || value < min || value > LARGEST_INT) throw new Rejection(expected, value)
      writer.u64(BigInt(value), writer.littleEndian)
    },
    read({ view, littleEndian }, start, end) {
      requireLength(start, end, 8)
      return Number(view.getBigUint64(start, littleEndian))
    },
  }
}

export const neighbourParameters = attributes(
  {
    /** Whose they are; absent: what a link has when it is made. `dev` */
    dev: attribute('NDTPA_IFINDEX', 1, u32()),
    /** How many hold them. */
    refcnt: attribute('NDTPA_REFCNT', 2, u32(), readOnly),
    /** How long a neighbour counts as reachable once it was heard: `baseReachable`, times a random 0.5 to 1.5. Milliseconds. `reachable` */
    reachable: attribute('NDTPA_REACHABLE_TIME', 3, milliseconds(), readOnly),
    /** Milliseconds around which `reachable` is drawn. `base_reachable` */
    baseReachable: attribute('NDTPA_BASE_REACHABLE_TIME', 4, milliseconds()),
    /** Milliseconds between two requests. `retrans` */
    retrans: attribute('NDTPA_RETRANS_TIME', 5, milliseconds()),
    /** Milliseconds after which a stale neighbour that nobody uses may go. `gc_stale` */
    gcStale: attribute('NDTPA_GC_STALETIME', 6, milliseconds()),
    /** Milliseconds between the first use of a stale neighbour and the first request. `delay_probe` */
    delayProbe: attribute('NDTPA_DELAY_PROBE_TIME', 7, milliseconds()),
    /** Packets that wait for an answer, a neighbour; the kernel keeps bytes, see `queueLenBytes`. `queue` */
    queue: attribute('NDTPA_QUEUE_LEN', 8, u32()),
    /** Requests to a program in user space before those to the network. `app_probes` */
    appProbes: attribute('NDTPA_APP_PROBES', 9, count()),
    /** Requests to the address that is known, before those to all. `ucast_probes` */
    ucastProbes: attribute('NDTPA_UCAST_PROBES', 10, count()),
    /** Requests to all. `mcast_probes` */
    mcastProbes: attribute('NDTPA_MCAST_PROBES', 11, count()),
    /** Longest random delay of an answer for an anycast address, in milliseconds. `anycast_delay` */
    anycastDelay: attribute('NDTPA_ANYCAST_DELAY', 12, milliseconds()),
    /** Longest random delay of an answer for a proxy entry, in milliseconds. `proxy_delay` */
    proxyDelay: attribute('NDTPA_PROXY_DELAY', 13, milliseconds()),
    /** Requests for proxy entries that wait for that. `proxy_queue` */
    proxyQueue: attribute('NDTPA_PROXY_QLEN', 14, count()),
    /** Milliseconds for which a new link-layer address is not replaced by another answer. `locktime` */
    locktime: attribute('NDTPA_LOCKTIME', 15, milliseconds()),
    /** Bytes that wait for an answer, a neighbour. */
    queueLenBytes: attribute('NDTPA_QUEUE_LENBYTES', 16, count()),
    /** Requests to all once those to the known address have failed. `mcast_reprobes` */
    mcastReprobes: attribute('NDTPA_MCAST_REPROBES', 17, count()),
    /** Milliseconds between two requests for a `managed` neighbour (Linux 6.0). 0 would keep the kernel busy. */
    intervalProbeTime: attribute('NDTPA_INTERVAL_PROBE_TIME_MS', 19, milliseconds(1)),
  },
  { NDTPA_PAD: 18 },
)

export const tableConfig = struct('ndt_config', {
  /** Bytes of an address. */
  keyLen: field('ndtc_key_len', u16()),
  /** Bytes of an entry. */
  entrySize: field('ndtc_entry_size', u16()),
  /** Neighbours in the table, of all namespaces. */
  entries: field('ndtc_entries', u32()),
  /** Milliseconds ago. */
  lastFlush: field('ndtc_last_flush', u32()),
  /** When the reachable times were last drawn, in milliseconds ago. */
  lastRand: field('ndtc_last_rand', u32()),
  hashRnd: field('ndtc_hash_rnd', u32()),
  hashMask: field('ndtc_hash_mask', u32()),
  hashChainGc: field('ndtc_hash_chain_gc', u32()),
  /** Requests for proxy entries that wait. */
  proxyQlen: field('ndtc_proxy_qlen', u32()),
})

export const tableStats = struct('ndt_stats', {
  allocs: field('ndts_allocs', u64()),
  destroys: field('ndts_destroys', u64()),
  hashGrows: field('ndts_hash_grows', u64()),
  /** Neighbours that did not answer. */
  resFailed: field('ndts_res_failed', u64()),
  lookups: field('ndts_lookups', u64()),
  hits: field('ndts_hits', u64()),
  rcvProbesMcast: field('ndts_rcv_probes_mcast', u64()),
  rcvProbesUcast: field('ndts_rcv_probes_ucast', u64()),
  periodicGcRuns: field('ndts_periodic_gc_runs', u64()),
  forcedGcRuns: field('ndts_forced_gc_runs', u64()),
  /** Times that an entry was refused because the table was full. */
  tableFulls: field('ndts_table_fulls', u64()),
})

export const neighbourTableAttributes = attributes(
  {
    /** `'arp_cache'`: IPv4; `'ndisc_cache'`: IPv6. `name` */
    name: attribute('NDTA_NAME', 1, text(31)),
    /** Entries below which nothing is collected. `thresh1` */
    thresh1: attribute('NDTA_THRESH1', 2, count()),
    /** Entries above which those older than five seconds are collected. `thresh2` */
    thresh2: attribute('NDTA_THRESH2', 3, count()),
    /** Most entries; the permanent and the externally learned do not count. `thresh3` */
    thresh3: attribute('NDTA_THRESH3', 4, count()),
    config: attribute('NDTA_CONFIG', 5, tableConfig, readOnly),
    parameters: attribute('NDTA_PARMS', 6, nested(neighbourParameters), { implicit: true }),
    stats: attribute('NDTA_STATS', 7, tableStats, readOnly),
    /** Milliseconds between two collections. `gc_int` */
    gcInterval: attribute('NDTA_GC_INTERVAL', 8, milliseconds()),
  },
  { NDTA_PAD: 9 },
)

export const ndtmsg = struct('ndtmsg', {
  family: field('ndtm_family', family),
  _pad1: field('ndtm_pad1', padding(1)),
  _pad2: field('ndtm_pad2', padding(2)),
})

export const neighbourTableMessage = messageFormat(ndtmsg, neighbourTableAttributes)
