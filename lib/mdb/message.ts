/** RTM_*MDB: struct br_port_msg, struct br_mdb_entry and their attributes. */
import { ip } from '../codec/addresses.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { headed } from '../codec/headed.js'
import { u8, u16, u32 } from '../codec/integers.js'
import { arrayOf, nested } from '../codec/nest.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes, readOnly } from '../codec/table.js'
import { ticks } from '../codec/ticks.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { proto } from '../rtnetlink/proto.js'
import { routerPorts } from '../rtnetlink/router-ports.js'
import { groupAddress } from './group.js'

const LARGEST_VNI = 0xff_ffff

export const mdbState = enumeration(u8(), 'MDB', { temp: [0, 'MDB_TEMPORARY'], permanent: 1 })

export const mdbFlags = flags(u8(), 'MDB_FLAGS', {
  offload: 0x01,
  fastLeave: 0x02,
  starExcl: 0x04,
  blocked: 0x08,
  offloadFailed: 0x10,
})

export const mdbFilterMode = enumeration(u8(), 'MCAST', { exclude: 0, include: 1 })

export const brMdbEntry = struct('br_mdb_entry', {
  /** The port; the bridge or VXLAN itself where it is no port's. */
  port: field('ifindex', u32()),
  state: field('state', mdbState),
  flags: field('flags', mdbFlags),
  vid: field('vid', u16({ min: 1, max: 4094 })),
  grp: field('addr', groupAddress),
})

export const mdbSourceAttributes = attributes({
  address: attribute('MDBA_MDB_SRCATTR_ADDRESS', 1, ip, readOnly),
  /** Seconds for which it is still wanted; 0 where none are counted. */
  timer: attribute('MDBA_MDB_SRCATTR_TIMER', 2, ticks, readOnly),
})

/** What the kernel tells of an entry beside the structure. */
export const mdbEntryAttributes = attributes({
  timer: attribute('MDBA_MDB_EATTR_TIMER', 1, ticks, readOnly),
  sourceList: attribute(
    'MDBA_MDB_EATTR_SRC_LIST',
    2,
    arrayOf(nested(mdbSourceAttributes), { constant: 'MDBA_MDB_SRCLIST_ENTRY', number: 1 }),
    readOnly,
  ),
  filterMode: attribute('MDBA_MDB_EATTR_GROUP_MODE', 3, mdbFilterMode, readOnly),
  src: attribute('MDBA_MDB_EATTR_SOURCE', 4, ip, readOnly),
  proto: attribute('MDBA_MDB_EATTR_RTPROT', 5, proto, readOnly),
  dst: attribute('MDBA_MDB_EATTR_DST', 6, ip, readOnly),
  dstPort: attribute('MDBA_MDB_EATTR_DST_PORT', 7, u16(), readOnly),
  vni: attribute('MDBA_MDB_EATTR_VNI', 8, u32(), readOnly),
  via: attribute('MDBA_MDB_EATTR_IFINDEX', 9, u32(), readOnly),
  srcVni: attribute('MDBA_MDB_EATTR_SRC_VNI', 10, u32(), readOnly),
})

const entryInfo = headed(brMdbEntry, mdbEntryAttributes)
const entries = arrayOf(entryInfo, { constant: 'MDBA_MDB_ENTRY_INFO', number: 1 })

const told = {
  /** By group; a group has an entry for each of its ports, or destinations. */
  mdb: attribute('MDBA_MDB', 1, arrayOf(entries, { constant: 'MDBA_MDB_ENTRY', number: 1 }), readOnly),
  ...routerPorts.rows,
} as const

export const mdbWantedSource = attributes({
  address: attribute('MDBE_SRCATTR_ADDRESS', 1, ip, { implicit: true }),
})

/** What a request says of an entry beside the structure. */
export const mdbWantedAttributes = attributes({
  src: attribute('MDBE_ATTR_SOURCE', 1, ip),
  sourceList: attribute(
    'MDBE_ATTR_SRC_LIST',
    2,
    arrayOf(nested(mdbWantedSource), { constant: 'MDBE_SRC_LIST_ENTRY', number: 1 }),
  ),
  filterMode: attribute('MDBE_ATTR_GROUP_MODE', 3, mdbFilterMode),
  proto: attribute('MDBE_ATTR_RTPROT', 4, proto),
  dst: attribute('MDBE_ATTR_DST', 5, ip),
  /** In the byte order of the machine, unlike NDA_PORT of an FDB entry. */
  dstPort: attribute('MDBE_ATTR_DST_PORT', 6, u16({ min: 1 })),
  vni: attribute('MDBE_ATTR_VNI', 7, u32({ max: LARGEST_VNI })),
  via: attribute('MDBE_ATTR_IFINDEX', 8, u32()),
  srcVni: attribute('MDBE_ATTR_SRC_VNI', 9, u32({ max: LARGEST_VNI })),
  /** Which bits of the state a flush looks at. */
  stateMask: attribute('MDBE_ATTR_STATE_MASK', 10, u8()),
})

const wanted = { writeOnly: true, implicit: true } as const

export const brPortMsg = struct('br_port_msg', {
  family: field('family', family),
  _hole: field('', padding(3)),
  /** The bridge or VXLAN. */
  dev: field('ifindex', u32()),
})

/** Changes, and listings. */
export const mdbMessage = messageFormat(
  brPortMsg,
  attributes({
    entry: attribute('MDBA_SET_ENTRY', 1, brMdbEntry, wanted),
    about: attribute('MDBA_SET_ENTRY_ATTRS', 2, nested(mdbWantedAttributes), wanted),
    ...told,
  }),
)

/** The question for one group. */
export const mdbQuestion = messageFormat(
  brPortMsg,
  attributes({
    entry: attribute('MDBA_GET_ENTRY', 1, brMdbEntry, wanted),
    about: attribute('MDBA_GET_ENTRY_ATTRS', 2, nested(mdbWantedAttributes), wanted),
    ...told,
  }),
)
