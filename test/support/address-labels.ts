/** Address labels (`ip addrlabel`): a message that the library has no call for, as its user would describe it. */
import { attribute, attributes, enumeration, field, ipv6, padding, struct, u8, u32 } from '../../lib/codec/index.js'

export const RTM_NEWADDRLABEL = 72
export const RTM_DELADDRLABEL = 73
export const RTM_GETADDRLABEL = 74

export const addressLabel = {
  header: struct('ifaddrlblmsg', {
    family: field('ifal_family', enumeration(u8(), 'AF', { inet6: 10 })),
    _reserved: field('__ifal_reserved', padding(1)),
    prefixLength: field('ifal_prefixlen', u8()),
    flags: field('ifal_flags', u8()),
    index: field('ifal_index', u32()),
    sequence: field('ifal_seq', u32()),
  }),
  attributes: attributes({
    address: attribute('IFAL_ADDRESS', 1, ipv6),
    label: attribute('IFAL_LABEL', 2, u32()),
  }),
}
