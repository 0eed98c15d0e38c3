/** What a link counts: struct rtnl_link_stats64. Links have it among their attributes, statistics messages on its own. */
import { u64 } from '../codec/integers.js'
import { field, struct } from '../codec/struct.js'

export const counter = (member: string) => field(member, u64())

/** What every structure of counters begins with. */
export const packetCounters = {
  rxPackets: counter('rx_packets'),
  txPackets: counter('tx_packets'),
  rxBytes: counter('rx_bytes'),
  txBytes: counter('tx_bytes'),
  rxErrors: counter('rx_errors'),
  txErrors: counter('tx_errors'),
  rxDropped: counter('rx_dropped'),
  txDropped: counter('tx_dropped'),
}

export const linkStatistics = struct('rtnl_link_stats64', {
  ...packetCounters,
  multicast: counter('multicast'),
  collisions: counter('collisions'),
  rxLengthErrors: counter('rx_length_errors'),
  rxOverErrors: counter('rx_over_errors'),
  rxCrcErrors: counter('rx_crc_errors'),
  rxFrameErrors: counter('rx_frame_errors'),
  rxFifoErrors: counter('rx_fifo_errors'),
  rxMissedErrors: counter('rx_missed_errors'),
  txAbortedErrors: counter('tx_aborted_errors'),
  txCarrierErrors: counter('tx_carrier_errors'),
  txFifoErrors: counter('tx_fifo_errors'),
  txHeartbeatErrors: counter('tx_heartbeat_errors'),
  txWindowErrors: counter('tx_window_errors'),
  rxCompressed: counter('rx_compressed'),
  txCompressed: counter('tx_compressed'),
  rxNoHandler: counter('rx_nohandler'),
  rxOtherHostDropped: counter('rx_otherhost_dropped'),
})
