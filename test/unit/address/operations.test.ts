import { describe, expect, test } from 'vitest'
import { listMulticastAddresses } from '../../../lib/address/groups.js'
import { listAddresses } from '../../../lib/address/list.js'
import { addAddress, deleteAddress, replaceAddress } from '../../../lib/address/operations.js'
import type { AddressOptions } from '../../../lib/address/options.js'
import { KernelError } from '../../../lib/errors.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { runSteps, testFixtures } from '../../support/requests.js'

const v4 = '10.1.2.3/24'
const v6 = '2001:db8:1:2:3:4:5:6/64'
const on = (dev: string, address: string, options: Partial<AddressOptions> = {}): AddressOptions => ({
  dev,
  address,
  ...options,
})
const add = (address: string, options?: Partial<AddressOptions>) => () => addAddress.op(on('eth0', address, options))
const addLo = (address: string, options?: Partial<AddressOptions>) => () => addAddress.op(on('lo', address, options))
/** Of the look-ups: there is no such address. */
const absent = ({ mode, memo, name }: Request) => {
  if (mode !== 'get' || memo !== undefined) return undefined
  throw new KernelError('no such address', { code: 'EADDRNOTAVAIL', errno: 99, request: name })
}
const replace = (address: string, options?: Partial<AddressOptions>) => () => ({
  op: replaceAddress.op(on('eth0', address, options)),
  answer: absent,
})

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
      [`ip addr add ${v4} brd + dev eth0`]: add(v4, { broadcast: '+' }),
      [`ip addr add ${v4} brd - dev eth0`]: add(v4, { broadcast: '-' }),
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
      [`ip addr del ${v6} mngtmpaddr dev eth0`]: () => deleteAddress.op(on('eth0', v6, { mngTmpAddr: true })),
      [`ip addr add ${v6} optimistic dev eth0`]: () => ({
        ...inAttribute(add(v6, { optimistic: true }), 0x04, '04000000')(),
        answer: ({ mode, memo }: Request) => (mode === 'get' && memo === undefined ? [] : undefined),
      }),
    },
    beyond: {
      [`ip addr add ${v6} scope link dev eth0`]:
        'the kernel takes the scope from the bits of the address, whatever is said',
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
  testFixtures('address-newest', {
    same: {
      [`ip addr add ${v4} proto kernel_ra dev eth0`]: add(v4, { proto: 'kernelRa' }),
      [`ip addr add ${v6} proto 66 dev eth0`]: add(v6, { proto: 66 }),
      'ip maddress show': () => listMulticastAddresses.op(),
      'ip -6 maddress show dev eth0': () => listMulticastAddresses.op({ dev: 'eth0', family: 'inet6' }),
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

const links = { eth0: 66051 }

describe('refused before anything is sent', () => {
  test.each<[string, string, unknown]>([
    ['no link', 'dev', { address: v4 }],
    ['no address', 'address', { dev: 'eth0' }],
    ['a prefix that is too long', 'address', on('eth0', '10.1.2.3/33')],
    ['a peer of another family', 'peer', on('eth0', v4, { peer: 'fd00::1/64' })],
    ['a scope without a name', 'scope', on('eth0', v4, { scope: 'galaxy' as never })],
    ['a scope for IPv6', 'scope', on('eth0', v6, { scope: 'link' })],
    ['a label for IPv6', 'label', on('eth0', v6, { label: 'eth0' })],
    ['a broadcast address for IPv6', 'broadcast', on('eth0', v6, { broadcast: '10.1.2.255' })],
    ['a broadcast address of IPv6', 'broadcast', on('eth0', v4, { broadcast: 'all' })],
    ['home for IPv4', 'home', on('eth0', v4, { home: true })],
    ['temporary addresses for IPv4', 'mngTmpAddr', on('eth0', v4, { mngTmpAddr: true })],
    ['temporary addresses from a longer prefix', 'mngTmpAddr', on('eth0', 'fd00::1/65', { mngTmpAddr: true })],
    ['optimistic for IPv4', 'optimistic', on('eth0', v4, { optimistic: true })],
    ['optimistic without the check', 'optimistic', on('eth0', v6, { optimistic: true, dad: false })],
    ['never valid', 'validLft', on('eth0', v4, { validLft: 0 })],
    ['half a second', 'preferredLft', on('eth0', v4, { preferredLft: 0.5 })],
    ['preferred for longer than valid', 'preferredLft', on('eth0', v4, { validLft: 5, preferredLft: 6 })],
    ['preferred for ever and valid not', 'preferredLft', on('eth0', v4, { validLft: 5, preferredLft: 'forever' })],
    ['a metric of 33 bits', 'metric', on('eth0', v4, { metric: 2 ** 32 })],
    ['a protocol of nine bits', 'proto', on('eth0', v4, { proto: 256 })],
    ['a switch that is none', 'dad', on('eth0', v6, { dad: 'no' as never })],
    ['an option that is none', 'colour', { ...on('eth0', v4), colour: 'red' }],
    ['a hostile name', '__proto__', Object.assign(JSON.parse('{"__proto__": 1}'), on('eth0', v4))],
  ])('%s', (_what, path, options) => {
    for (const verb of [addAddress, replaceAddress])
      expect(refusal(verb.op(options as AddressOptions), { links, answer: absent })).toMatchObject({
        path,
        changes: [],
      })
  })

  test('deleting an address that was listed in another namespace', () => {
    const listed = { ...on('eth0', v4), targetNetnsid: 0 }
    expect(refusal(deleteAddress.op(listed), { links })).toMatchObject({ path: 'targetNetnsid', changes: [] })
  })
})

describe('replaceAddress', () => {
  const there = { dev: 66051, family: 'inet', address: v4, label: 'eth0', scope: 'global', flags: ['permanent'] }
  const there6 = { ...there, family: 'inet6', address: '2001:db8:1:2:3:4:5:6/80', label: undefined }
  const attempt = (options: AddressOptions, found: object) => () =>
    runSteps(replaceAddress.op(options), {
      links,
      answer: ({ name, memo }) => (name === 'RTM_GETADDR' && memo === undefined ? [found] : undefined),
    }).sent.map(({ request }) => request.name)

  test.each<[Partial<AddressOptions>, RegExp]>([
    [{ label: 'eth0:1' }, /it is there with label eth0, which the kernel does not change; delete it first \[EEXIST\]/],
    [{ scope: 'link' }, /scope global/],
    [{ broadcast: '+' }, /broadcast none/],
    [{ prefixRoute: false }, /prefixRoute true/],
    [{ autoJoin: true, label: 'eth1' }, /label eth0, autoJoin false/],
  ])('%o is no change of an IPv4 address', (options, message) => {
    expect(attempt(on('eth0', v4, options), there)).toThrow(message)
  })

  test('what an IPv4 address has already is no change, and what can be changed needs no look', () => {
    const same = { label: 'eth0', scope: 'global', prefixRoute: true, autoJoin: false } as const
    expect(attempt(on('eth0', v4, same), there)()).toEqual(['RTM_GETADDR', 'RTM_NEWADDR'])
    expect(attempt(on('eth0', v4, { metric: 5, validLft: 7, proto: 2 }), there)()).toEqual(['RTM_NEWADDR'])
  })

  test('another prefix length is no change of an IPv6 address', () => {
    expect(attempt(on('eth0', v6), there6)).toThrow(/it is there with prefix length 80/)
    expect(attempt(on('eth0', there6.address), there6)()).toEqual(['RTM_GETADDR', 'RTM_NEWADDR'])
  })
})

describe('optimistic', () => {
  const attempt = (flags: readonly string[]) => () =>
    runSteps(addAddress.op(on('eth0', v6, { optimistic: true })), {
      links,
      answer: ({ name, memo }) =>
        name === 'RTM_GETADDR' && memo === undefined ? [{ dev: 66051, address: v6, flags }] : undefined,
    }).result

  test('that the kernel passes over is an error', () => {
    expect(attempt(['tentative'])).toThrow(
      expect.objectContaining({
        code: 'EOPNOTSUPP',
        applied: 'partly',
        message: expect.stringMatching(/optimistic_dad/),
      }),
    )
  })

  test('is there, or no longer needed', () => {
    expect(attempt(['tentative', 'optimistic'])()).toBeUndefined()
    expect(attempt(['permanent'])()).toBeUndefined()
  })
})
