import { describe } from 'vitest'
import {
  type AddressOptions,
  addAddress,
  deleteAddress,
  listAddresses,
  replaceAddress,
} from '../../../lib/address/operations.js'
import { testFixtures } from '../../support/requests.js'

const v4 = '10.1.2.3/24'
const v6 = '2001:db8:1:2:3:4:5:6/64'
const on = (dev: string, address: string, options: Partial<AddressOptions> = {}): AddressOptions => ({
  dev,
  address,
  ...options,
})
const add = (address: string, options?: Partial<AddressOptions>) => () => addAddress.op(on('eth0', address, options))
const addLo = (address: string, options?: Partial<AddressOptions>) => () => addAddress.op(on('lo', address, options))
const replace = (address: string, options?: Partial<AddressOptions>) => () =>
  replaceAddress.op(on('eth0', address, options))

/** A flag that fits the eight bits of the header travels there with iproute2, and in IFA_FLAGS with us. */
const inAttribute = (op: () => ReturnType<typeof addAddress.op>, header: number, attribute: string) => () => ({
  op: op(),
  except: {
    [`differs: ifa_flags = 0, ip ${header}`]: 'the kernel takes IFA_FLAGS before the header, whatever its size',
    [`ours alone: 8 = ${attribute}`]: 'the same flags in 32 bits, one way for all of them',
  },
})

const noReplaceOnly = 'no verb replaces what must exist: replaceAddress makes it too (NLM_F_CREATE)'
const noEffect = 'iproute2 itself ignores the word for IPv4 and warns'

describe('bytes as iproute2 sends them', () => {
  testFixtures('address', {
    same: {
      [`ip addr add ${v4} dev eth0`]: add(v4),
      'ip addr add 10.1.2.3 dev eth0': add('10.1.2.3'),
      [`ip addr add ${v4} brd + dev eth0`]: add(v4, { broadcast: '10.1.2.255' }),
      [`ip addr add ${v4} brd - dev eth0`]: add(v4, { broadcast: '10.1.2.0' }),
      [`ip addr add ${v4} broadcast 10.1.2.200 dev eth0`]: add(v4, { broadcast: '10.1.2.200' }),
      'ip addr add 10.1.2.3 peer 10.4.5.6/28 dev eth0': add('10.1.2.3', { peer: '10.4.5.6/28' }),
      [`ip addr add ${v4} label eth0:first dev eth0`]: add(v4, { label: 'eth0:first' }),
      [`ip addr add ${v4} scope link dev eth0`]: add(v4, { scope: 'link' }),
      [`ip addr add ${v4} scope host dev eth0`]: add(v4, { scope: 'host' }),
      [`ip addr add ${v4} scope 66 dev eth0`]: add(v4, { scope: 66 }),
      'ip addr add 127.0.0.9/8 dev lo': addLo('127.0.0.9/8'),
      'ip addr add 127.0.0.9/8 scope global dev lo': addLo('127.0.0.9/8', { scope: 'global' }),
      [`ip addr add ${v4} valid_lft 66051 preferred_lft 4660 dev eth0`]: add(v4, {
        validLft: 66051,
        preferredLft: 4660,
      }),
      [`ip addr add ${v4} valid_lft forever preferred_lft 4660 dev eth0`]: add(v4, {
        validLft: 'forever',
        preferredLft: 4660,
      }),
      [`ip addr add ${v4} preferred_lft 4660 dev eth0`]: add(v4, { preferredLft: 4660 }),
      [`ip addr add ${v4} metric 66051 dev eth0`]: add(v4, { metric: 66051 }),
      [`ip addr add ${v4} noprefixroute dev eth0`]: add(v4, { prefixRoute: false }),
      'ip addr add 239.1.2.3/32 autojoin dev eth0': add('239.1.2.3/32', { autoJoin: true }),
      [`ip addr add ${v6} dev eth0`]: add(v6),
      'ip addr add 2001:db8:1:2:3:4:5:6 dev eth0': add('2001:db8:1:2:3:4:5:6'),
      'ip addr add 2001:db8:1:2:3:4:5:6 peer 2001:db8:a:b:c:d:e:f/80 dev eth0': add('2001:db8:1:2:3:4:5:6', {
        peer: '2001:db8:a:b:c:d:e:f/80',
      }),
      [`ip addr add ${v6} scope link dev eth0`]: add(v6, { scope: 'link' }),
      'ip addr add ::1/128 dev lo': addLo('::1/128'),
      'ip addr add fe80::1:2/64 dev eth0': add('fe80::1:2/64'),
      [`ip addr add ${v6} nodad dev eth0`]: inAttribute(add(v6, { dad: false }), 0x02, '02000000'),
      [`ip addr add ${v6} home dev eth0`]: inAttribute(add(v6, { home: true }), 0x10, '10000000'),
      [`ip addr add ${v6} noprefixroute dev eth0`]: add(v6, { prefixRoute: false }),
      [`ip addr add ${v6} mngtmpaddr dev eth0`]: add(v6, { mngTmpAddr: true }),
      'ip addr add ff0e::102:304/128 autojoin dev eth0': add('ff0e::102:304/128', { autoJoin: true }),
      [`ip addr add ${v6} nodad home noprefixroute mngtmpaddr dev eth0`]: add(v6, {
        dad: false,
        home: true,
        prefixRoute: false,
        mngTmpAddr: true,
      }),
      [`ip addr add ${v6} valid_lft 66051 preferred_lft 4660 dev eth0`]: add(v6, {
        validLft: 66051,
        preferredLft: 4660,
      }),
      [`ip addr add ${v6} valid_lft 66051 preferred_lft 0 dev eth0`]: add(v6, { validLft: 66051, preferredLft: 0 }),
      [`ip addr add ${v6} metric 66051 dev eth0`]: add(v6, { metric: 66051 }),
      [`ip addr replace ${v4} dev eth0`]: replace(v4),
      [`ip addr replace ${v6} dev eth0 metric 66051`]: replace(v6, { metric: 66051 }),
      [`ip addr del ${v4} dev eth0`]: () => deleteAddress.op(on('eth0', v4)),
      'ip addr del 10.1.2.3 peer 10.4.5.6/28 dev eth0': () =>
        deleteAddress.op(on('eth0', '10.1.2.3', { peer: '10.4.5.6/28' })),
      [`ip addr del ${v6} dev eth0`]: () => deleteAddress.op(on('eth0', v6)),
    },
    beyond: {
      [`ip addr add ${v4} anycast 10.1.2.99 dev eth0`]: 'the kernel has never read IFA_ANYCAST in a request',
      'ip addr add 2001:db8:1:2:3:4:5:6/64 anycast 2001:db8:1:2:: dev eth0': 'as for IPv4',
      [`ip addr add ${v4} home dev eth0`]: noEffect,
      [`ip addr add ${v4} nodad dev eth0`]: noEffect,
      [`ip addr add ${v4} mngtmpaddr dev eth0`]: noEffect,
      [`ip addr change ${v4} dev eth0 valid_lft 66051 preferred_lft 4660`]: noReplaceOnly,
      [`ip addr change ${v6} dev eth0 nodad`]: noReplaceOnly,
      [`ip addr del ${v4} dev eth0 label eth0:first`]: 'the identity of an address has no label in it',
    },
  })
  testFixtures('dumps', {
    only: (command) => command.includes(' addr '),
    same: {
      'ip addr show': () => listAddresses.op(),
      'ip addr show dev eth0': () => listAddresses.op({ dev: 'eth0' }),
      'ip -4 addr show dev eth0': () => listAddresses.op({ dev: 'eth0', family: 'inet' }),
      'ip -6 addr show': () => listAddresses.op({ family: 'inet6' }),
    },
  })
})
