/** <linux/netlink.h>: what every netlink family shares. */
export const NETLINK_ROUTE = 0

export const NLMSG_NOOP = 1
export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3
export const NLMSG_OVERRUN = 4
/** Types below are control messages, which a kernel acknowledges without doing anything. */
export const NLMSG_MIN_TYPE = 16

export const NLM_F_REQUEST = 0x1
export const NLM_F_MULTI = 0x2
export const NLM_F_ACK = 0x4
export const NLM_F_ECHO = 0x8
export const NLM_F_DUMP_INTR = 0x10
/** NLM_F_ROOT | NLM_F_MATCH. */
export const NLM_F_DUMP = 0x300

export const NLM_F_REPLACE = 0x100
export const NLM_F_EXCL = 0x200
export const NLM_F_CREATE = 0x400
export const NLM_F_APPEND = 0x800
/** In a deletion: of all that the message describes. */
export const NLM_F_BULK = 0x200

/** In an answer: its body echoes only the header of the request. */
export const NLM_F_CAPPED = 0x100
/** In an answer: attributes of the extended acknowledgement follow. */
export const NLM_F_ACK_TLVS = 0x200
