/** Names for namespaces that exist, the processes in them, and the names that come and go. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listLinks } from '../../lib/link/operations.js'
import { attachNetns } from '../../lib/netns/attach.js'
import { createNetns, deleteNetns, listNetns, openNetns } from '../../lib/netns/operations.js'
import { identifyNetns, listNetnsPids } from '../../lib/netns/processes.js'
import { type NetnsEvent, type NetnsWatch, watchNetns } from '../../lib/netns/watch.js'
import { closing, ip, pathOf, testName } from '../support/netns.js'
import { holdings, watchThreads } from '../support/process-state.js'
import { run } from '../support/programs.js'

// Node keeps one descriptor for all directories that are ever watched: it is open from here on.
await watchNetns().return()

/** A process that stays until the test ends. */
async function inside(...command: readonly string[]) {
  const child = spawn(command[0] as string, [...command.slice(1), 'sh', '-c', 'echo $$; read line'])
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  return {
    pid: Number(line),
    end: async () => {
      child.stdin.end('\n')
      await once(child, 'exit')
    },
  }
}

describe('attachNetns', () => {
  test('a name for the namespace of a process, which outlives it', async () => {
    const [name, second] = [testName(), testName()]
    const { pid, end } = await inside('unshare', '--net')
    const link = readlinkSync(`/proc/${pid}/ns/net`)
    await attachNetns(name, pid)
    expect(await ip('netns', 'identify', String(pid))).toBe(name)
    expect(await ip('netns', 'pids', name)).toBe(String(pid))
    attachNetns.sync(second, { pid })
    await end()
    expect(await ip('netns', 'exec', name, 'readlink', '/proc/self/ns/net')).toBe(link)
    expect((await listLinks({}, { netns: second })).map(({ name }) => name)).toContain('lo')
    await deleteNetns(name)
    await ip('netns', 'delete', second)
    expect([name, second].map(pathOf).filter(existsSync)).toEqual([])
  })

  test('a name for one that is open, and a second one', async () => {
    const [name, second] = [testName(), testName()]
    const nameless = closing(await createNetns())
    await attachNetns(name, nameless)
    await attachNetns(second, name)
    const found = (await listNetns()).filter((one) => one.name === name || one.name === second)
    expect(found.map(({ inode, stale }) => [inode, stale])).toEqual(Array(2).fill([nameless.inode, false]))
  })

  test('refuses names that are taken or none, and processes that are not there', async () => {
    const [taken, file, free] = [testName(), testName(), testName()]
    const netns = closing(await createNetns(taken))
    writeFileSync(pathOf(file), 'content')
    const { pid, end } = await inside('env')
    for (const name of [taken, file])
      await expect(attachNetns(name, pid)).rejects.toMatchObject({ name: 'NetnsError', problem: 'exists' })
    await end()
    await expect(attachNetns(free, pid)).rejects.toMatchObject({ name: 'NetnsError', problem: 'absent' })
    await expect(attachNetns(free, 0)).rejects.toMatchObject({ name: 'InvalidArgumentError', path: 'pid' })
    await expect(attachNetns('../x', netns)).rejects.toMatchObject({ name: 'InvalidArgumentError', path: 'name' })
    await expect(attachNetns(free, netns, { netns: taken })).rejects.toMatchObject({ path: 'where.netns' })
    expect(existsSync(pathOf(free))).toBe(false)
  })
})

describe('who is where', () => {
  test('as ip has it', async () => {
    const [name, second, other] = [testName(), testName(), testName()]
    for (const one of [name, other]) closing(await createNetns(one))
    await attachNetns(second, name)
    writeFileSync(pathOf(testName()), 'no namespace')
    const [one, two] = [await inside('ip', 'netns', 'exec', name), await inside('ip', 'netns', 'exec', name)]
    expect(await identifyNetns(one.pid)).toEqual([name, second].sort())
    // ip tells the first that it comes upon.
    expect([name, second]).toContain(await ip('netns', 'identify', String(one.pid)))
    const pids = [one.pid, two.pid].sort((a, b) => a - b)
    expect(await listNetnsPids(name)).toEqual(pids)
    expect(listNetnsPids.sync(closing(await openNetns(second)))).toEqual(pids)
    expect(
      (await ip('netns', 'pids', name))
        .split('\n')
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(pids)
    expect(await listNetnsPids(other)).toEqual([])
    expect(await listNetnsPids({ pid: process.pid })).toContain(process.pid)
    expect((await identifyNetns(process.pid)).filter((own) => own.startsWith('rtnl-test-'))).toEqual([])
    await one.end()
    expect(await listNetnsPids(name)).toEqual([two.pid])
    await expect(identifyNetns(one.pid)).rejects.toMatchObject({ name: 'NetnsError', problem: 'absent' })
    await expect(listNetnsPids('rtnl-test-absent')).rejects.toMatchObject({ problem: 'absent' })
    await expect(identifyNetns(1.5)).rejects.toMatchObject({ name: 'InvalidArgumentError', path: 'pid' })
  })
})

/** Others may make namespaces of their own meanwhile. */
async function heard(watch: NetnsWatch, names: readonly string[], count: number): Promise<NetnsEvent[]> {
  const events: NetnsEvent[] = []
  while (events.length < count) {
    const { value, done } = await watch.next()
    if (done) throw new Error('the watch has ended')
    if (names.includes(value.name)) events.push(value)
  }
  return events
}

const watching = (options?: Parameters<typeof watchNetns>[0]) => {
  const watch = watchNetns(options)
  onTestFinished(() => void watch.return())
  return watch
}
const created = (name: string) => ({ event: 'created', name })
const deleted = (name: string) => ({ event: 'deleted', name })

describe('watchNetns', () => {
  test('tells what we and ip do, and a name leads to a namespace when it is told', async () => {
    const names = [testName(), testName(), testName()] as const
    const [before, ours, theirs] = names
    closing(await createNetns(before))
    const watch = watching()
    closing(await createNetns(ours))
    await ip('netns', 'add', theirs)
    const coming = await heard(watch, names, 2)
    expect(coming).toEqual([created(ours), created(theirs)])
    for (const { name } of coming) closing(await openNetns(name))
    await deleteNetns(ours)
    await ip('netns', 'delete', before)
    expect(await heard(watch, names, 2)).toEqual([deleted(ours), deleted(before)])
  })

  test('each creation as soon as it can be used', async () => {
    const watch = watching()
    const names = Array.from({ length: 20 }, testName)
    const making = (async () => {
      for (const name of names) await ip('netns', 'add', name)
    })()
    const opened: boolean[] = []
    for (const name of names) {
      expect(await heard(watch, [name], 1)).toEqual([created(name)])
      opened.push(closing(openNetns.sync(name)).inode > 0n)
    }
    await making
    expect(opened).toHaveLength(20)
  })

  test('nothing between the call and the first event is lost', async () => {
    const [one, two] = [testName(), testName()]
    closing(createNetns.sync(one))
    const watch = watching()
    closing(createNetns.sync(two))
    deleteNetns.sync(one)
    expect(await heard(watch, [one, two], 2)).toEqual([deleted(one), created(two)])
  })

  test('a name that is given to another namespace', async () => {
    const name = testName()
    closing(await createNetns(name))
    const watch = watching()
    deleteNetns.sync(name)
    closing(createNetns.sync(name))
    expect(await heard(watch, [name], 2)).toEqual([deleted(name), created(name)])
  })

  test('a file is told of once a namespace is mounted on it, and nothing else ever', async () => {
    const [file, later, last] = [testName(), testName(), testName()]
    const watch = watching()
    writeFileSync(pathOf(file), '')
    writeFileSync(pathOf(later), '')
    await run(['mount', '--bind', '/proc/self/ns/uts', pathOf(file)])
    const { pid } = await inside('unshare', '--net')
    await run(['mount', '--bind', `/proc/${pid}/ns/net`, pathOf(later)])
    expect(await heard(watch, [file, later, last], 1)).toEqual([created(later)])
    closing(await createNetns(last))
    expect(await heard(watch, [file, later, last], 1)).toEqual([created(last)])
  })

  test('ends with its loop, its block and its signal, and leaves nothing behind', async () => {
    const round = async () => {
      const name = testName()
      {
        await using watch = watchNetns()
        createNetns.sync(name).close()
        // A file: the mount table is watched too.
        writeFileSync(pathOf(testName()), '')
        for await (const event of watch) if (event.name === name) break
        expect(await watch.next()).toEqual({ value: undefined, done: true })
      }
      const controller = new AbortController()
      const watch = watchNetns({ signal: controller.signal })
      const waiting = heard(watch, [name], 1)
      controller.abort(new Error('enough'))
      const aborted = { name: 'AbortError', cause: expect.objectContaining({ message: 'enough' }) }
      await expect(waiting).rejects.toMatchObject(aborted)
      expect(await watch.next()).toEqual({ value: undefined, done: true })
      await expect(watchNetns({ signal: controller.signal }).next()).rejects.toMatchObject(aborted)
      deleteNetns.sync(name)
      // libuv closes what it watched when the event loop turns.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    }
    await round()
    const before = holdings()
    await round()
    expect(holdings()).toEqual(before)
  })

  test('takes a signal, and nothing else', () => {
    for (const options of [{ signal: 7 }, { sgnal: 1 }])
      expect(() => watchNetns(options as never)).toThrow(expect.objectContaining({ name: 'InvalidArgumentError' }))
  })

  test('no thread of Node is ever anywhere but at home', async () => {
    const { strays } = await watchThreads(async () => {
      const watch = watching()
      const names = Array.from({ length: 5 }, testName)
      for (const name of names) closing(await createNetns(name))
      await heard(watch, names, 5)
      await listNetnsPids(names[0] as string)
      await identifyNetns(process.pid)
    })
    expect(strays).toEqual([])
  })
})
