import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { createNetns } from '../../lib/netns/operations.js'
import { readSysctl, writeSysctl } from '../../lib/netns/sysctl.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { openRouteSocket } from '../../lib/rtnetlink/route-socket.js'
import { closing, inside, testName } from '../support/netns.js'

const key = 'net.ipv4.ip_forward'
const atHome = () => readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim()
const netns = async () => closing(await createNetns())

// What these tests set, at home: a library that gets the namespace wrong must not leave the machine changed.
const files = ['ip_forward', 'ip_local_port_range', 'ip_local_reserved_ports'].map(
  (name) => `/proc/sys/net/ipv4/${name}`,
)
const values = files.map((file) => readFileSync(file, 'utf8'))
afterEach(() => {
  const now = files.map((file) => readFileSync(file, 'utf8'))
  for (const [i, file] of files.entries()) if (now[i] !== values[i]) writeFileSync(file, values[i] as string)
  expect(now).toEqual(values)
})

describe('a sysctl', () => {
  test('is that of its namespace, by promise and blocking', async () => {
    const before = atHome()
    const [one, two] = [await netns(), await netns()]
    await one.writeSysctl(key, 1)
    two.writeSysctl.sync(key, false)
    const seen = [await one.readSysctl(key), two.readSysctl.sync(key)]
    await writeSysctl(key, 0, { netns: one })
    writeSysctl.sync(key, true, { netns: two })
    expect([...seen, readSysctl.sync(key, { netns: one }), await readSysctl(key, { netns: two })]).toEqual([
      '1',
      '0',
      '0',
      '1',
    ])
    expect(await inside(two, 'sysctl', '-n', key)).toBe('1')
    expect([await readSysctl(key), readSysctl.sync(key), atHome()]).toEqual([before, before, before])
  })

  test('is found by name of the namespace, by socket and in a batch', async () => {
    const name = testName()
    const named = closing(await createNetns(name))
    const other = await netns()
    const socket = closing(await openRouteSocket({ netns: name }))
    const elsewhere = closing(await openRouteSocket({ netns: other }))
    const home = closing(await openRouteSocket())
    await writeSysctl(key, 1, { socket })
    expect(await readSysctl(key, { netns: name })).toBe('1')
    expect(readSysctl.sync(key, { socket })).toBe('1')
    expect(await readSysctl(key, { socket: elsewhere })).toBe('0')
    expect(await readSysctl(key, { socket: home })).toBe(atHome())
    const items = () => [writeSysctl.op(key, 0), readSysctl.op(key), readSysctl.op('net.ipv4.absent')] as const
    for (const outcomes of [await batch(items(), { netns: name }), batch.sync(items(), { socket })]) {
      expect(outcomes).toMatchObject([{ ok: true }, { ok: true, value: '0' }, { ok: false, error: { code: 'ENOENT' } }])
      await named.writeSysctl(key, 1)
    }
    socket.close()
    await expect(readSysctl(key, { socket })).rejects.toMatchObject({ name: 'ClosedError' })
  })

  test('of a link with a dot in its name, in both ways of writing', async () => {
    const scratch = await netns()
    await inside(scratch, 'ip', 'link', 'add', 'eth0.100', 'type', 'veth', 'peer', 'name', 'eth0')
    await scratch.writeSysctl('net.ipv4.conf.eth0/100.forwarding', 1)
    const keys = [
      'net.ipv4.conf.eth0/100.forwarding',
      'net/ipv4/conf/eth0.100/forwarding',
      'net.ipv4.conf.eth0.forwarding',
    ]
    expect(await Promise.all(keys.map((one) => scratch.readSysctl(one)))).toEqual(['1', '1', '0'])
    // The same to sysctl(8).
    for (const one of keys) expect(await inside(scratch, 'sysctl', '-n', one)).toBe(await scratch.readSysctl(one))
  })

  test('of several values, of text, and emptied', async () => {
    const scratch = await netns()
    await scratch.writeSysctl('net.ipv4.ip_local_port_range', '20000 30000')
    expect(await scratch.readSysctl('net.ipv4.ip_local_port_range')).toBe('20000\t30000')
    await scratch.writeSysctl('net.ipv4.ip_local_reserved_ports', '21000,22000-22010')
    expect(await scratch.readSysctl('net.ipv4.ip_local_reserved_ports')).toBe('21000,22000-22010')
    await scratch.writeSysctl('net.ipv4.ip_local_reserved_ports', '')
    expect(await scratch.readSysctl('net.ipv4.ip_local_reserved_ports')).toBe('')
  })
})

test.each([
  ['net.ipv4.absent', 'ENOENT', 'no such sysctl'],
  ['net.ipv4', 'EISDIR', 'a group of sysctls'],
  ['net.ipv4.ip_forward.more', 'ENOTDIR', 'not a group'],
])('%s is a SystemCallError %s', async (absent, code, sentence) => {
  const scratch = await netns()
  for (const call of [() => scratch.readSysctl(absent), () => scratch.writeSysctl(absent, 1)]) {
    await expect(call()).rejects.toMatchObject({ name: 'SystemCallError', code, applied: false })
    await expect(call()).rejects.toThrow(`${absent}`)
    await expect(call()).rejects.toThrow(sentence)
  }
})

test('what the kernel refuses, and what may only be written or read', async () => {
  const scratch = await netns()
  const refused = scratch.writeSysctl(key, 'yes')
  await expect(refused).rejects.toMatchObject({ name: 'SystemCallError', code: 'EINVAL', syscall: 'write' })
  await expect(refused).rejects.toThrow(`cannot set sysctl ${key} to yes: the kernel refuses the value [EINVAL]`)
  const unreadable = scratch.readSysctl('net.ipv4.route.flush')
  await expect(unreadable).rejects.toMatchObject({ name: 'SystemCallError', code: 'EACCES' })
  await expect(unreadable).rejects.toThrow(/only be written, or .*CAP_NET_ADMIN/)
  expect(() => scratch.writeSysctl.sync('net.ipv4.tcp_available_congestion_control', 'none')).toThrow(/only be read/)
})
