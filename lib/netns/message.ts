/** RTM_*NSID: the ids by which one namespace knows others. struct rtgenmsg and its attributes. */
import { s32, u32 } from '../codec/integers.js'
import { field, struct } from '../codec/struct.js'
import { attribute, attributes } from '../codec/table.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'

/** In a request: the kernel chooses. In an answer: there is none. */
export const NETNSA_NSID_NOT_ASSIGNED = -1

export const netnsIdAttributes = attributes({
  /** The id. `nsid` */
  id: attribute('NETNSA_NSID', 1, s32({ min: NETNSA_NSID_NOT_ASSIGNED })),
  /** A process whose namespace is meant. A number that may be another process's by then: this library sends descriptors. */
  pid: attribute('NETNSA_PID', 2, u32(), { writeOnly: true }),
  /** A descriptor of the namespace that is meant. */
  fd: attribute('NETNSA_FD', 3, u32(), { writeOnly: true }),
  /** The namespace whose ids are meant, instead of where the operation runs. `target-nsid` */
  targetNetnsid: attribute('NETNSA_TARGET_NSID', 4, s32({ min: 0 }), { writeOnly: true }),
  /** Beside an id that `targetNetnsid` knows: the id of the same namespace where the operation runs. `current-nsid` */
  currentId: attribute('NETNSA_CURRENT_NSID', 5, s32(), { readOnly: true }),
})

export const rtgenmsg = struct('rtgenmsg', { family: field('rtgen_family', family) })

export const netnsIdMessage = messageFormat(rtgenmsg, netnsIdAttributes)
