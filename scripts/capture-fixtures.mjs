#!/usr/bin/env node
// Captures what iproute2 sends, and what the kernel answers, as JSON fixtures.
//
//   sudo node scripts/capture-fixtures.mjs [--out DIR] [--only FAMILY[,FAMILY]]
//
// test/fixtures/commands.json says what to capture; test/fixtures/README.md says what comes out.
// Every command runs in network, mount and process-id namespaces of its own, which end with it.

import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, release, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { newestIproute2 } from './newest-iproute2.mjs'

const fixtures = path.resolve(import.meta.dirname, '../test/fixtures')
const { values: options } = parseArgs({
  options: { out: { type: 'string', default: fixtures }, only: { type: 'string' } },
})
const only = options.only?.split(',')

const types = {
  2: 'NLMSG_ERROR',
  3: 'NLMSG_DONE',
  16: 'RTM_NEWLINK',
  17: 'RTM_DELLINK',
  18: 'RTM_GETLINK',
  19: 'RTM_SETLINK',
  20: 'RTM_NEWADDR',
  21: 'RTM_DELADDR',
  22: 'RTM_GETADDR',
  24: 'RTM_NEWROUTE',
  25: 'RTM_DELROUTE',
  26: 'RTM_GETROUTE',
  28: 'RTM_NEWNEIGH',
  29: 'RTM_DELNEIGH',
  30: 'RTM_GETNEIGH',
  32: 'RTM_NEWRULE',
  33: 'RTM_DELRULE',
  34: 'RTM_GETRULE',
  66: 'RTM_GETNEIGHTBL',
  67: 'RTM_SETNEIGHTBL',
  58: 'RTM_GETMULTICAST',
  62: 'RTM_GETANYCAST',
  36: 'RTM_NEWQDISC',
  37: 'RTM_DELQDISC',
  38: 'RTM_GETQDISC',
  72: 'RTM_NEWADDRLABEL',
  73: 'RTM_DELADDRLABEL',
  74: 'RTM_GETADDRLABEL',
  80: 'RTM_NEWNETCONF',
  82: 'RTM_GETNETCONF',
  84: 'RTM_NEWMDB',
  85: 'RTM_DELMDB',
  86: 'RTM_GETMDB',
  88: 'RTM_NEWNSID',
  89: 'RTM_DELNSID',
  90: 'RTM_GETNSID',
  92: 'RTM_NEWSTATS',
  94: 'RTM_GETSTATS',
  95: 'RTM_SETSTATS',
  104: 'RTM_NEWNEXTHOP',
  105: 'RTM_DELNEXTHOP',
  106: 'RTM_GETNEXTHOP',
  108: 'RTM_NEWLINKPROP',
  109: 'RTM_DELLINKPROP',
  112: 'RTM_NEWVLAN',
  113: 'RTM_DELVLAN',
  114: 'RTM_GETVLAN',
  116: 'RTM_NEWNEXTHOPBUCKET',
  118: 'RTM_GETNEXTHOPBUCKET',
  120: 'RTM_NEWTUNNEL',
  121: 'RTM_DELTUNNEL',
  122: 'RTM_GETTUNNEL',
}
const commonFlags = {
  1: 'NLM_F_REQUEST',
  2: 'NLM_F_MULTI',
  4: 'NLM_F_ACK',
  8: 'NLM_F_ECHO',
  16: 'NLM_F_DUMP_INTR',
  32: 'NLM_F_DUMP_FILTERED',
}
// The upper flag bits mean something else for each verb; the verb is the type modulo four.
const verbFlags = [
  { 256: 'NLM_F_REPLACE', 512: 'NLM_F_EXCL', 1024: 'NLM_F_CREATE', 2048: 'NLM_F_APPEND' },
  { 256: 'NLM_F_NONREC', 512: 'NLM_F_BULK' },
  { 768: 'NLM_F_DUMP', 1024: 'NLM_F_ATOMIC' },
  {},
]

const GETLINK = 18
const GETNSID = 90
const isGet = (message) => message.typeNumber >= 16 && (message.typeNumber & 3) === 2
const isDump = (message) => isGet(message) && (message.flags & 0x300) === 0x300
// ip begins by asking whether the kernel knows RTM_NEWLINK: an empty one, for no link at all.
const isProbe = (message) =>
  message.typeNumber === 16 && message.hex.length === 64 && /^0+$/.test(message.hex.slice(32))
// Names and indexes of links, asked for before or after the command's own business; AF_BRIDGE is such a business.
const isNameLookup = ({ typeNumber, hex }) =>
  (typeNumber === GETLINK && hex.slice(32, 34) !== '07') || typeNumber === GETNSID
const configures = (message) =>
  message.typeNumber !== GETLINK && message.typeNumber !== GETNSID && !isDump(message) && !isProbe(message)

function flagNames(type, flags) {
  const names = []
  for (const [bit, name] of [
    ...Object.entries(commonFlags),
    ...(type < 16 ? [] : Object.entries(verbFlags[type & 3])),
  ]) {
    if ((flags & Number(bit)) === Number(bit)) names.push(name)
  }
  return names.join('|')
}

/** Splits a datagram into its messages; zeroes the sequence number and the port of each in place. */
function* messagesIn(datagram) {
  for (let offset = 0; offset + 16 <= datagram.length; ) {
    const length = datagram.readUInt32LE(offset)
    if (length === 0) return // iproute2 sends some dump requests with zeroes behind them
    if (length < 16 || offset + length > datagram.length) throw new Error('not a netlink message')
    datagram.fill(0, offset + 8, offset + 16)
    const typeNumber = datagram.readUInt16LE(offset + 4)
    const flags = datagram.readUInt16LE(offset + 6)
    if (typeNumber === 2 && length >= 36) datagram.fill(0, offset + 28, offset + 36) // the header an error quotes
    yield {
      type: types[typeNumber] ?? String(typeNumber),
      typeNumber,
      flags,
      flagNames: flagNames(typeNumber, flags),
      hex: datagram.subarray(offset, offset + length).toString('hex'),
    }
    offset += (length + 3) & ~3
  }
}

/** The datagrams of a trace written with -e write=all -e read=all, in order. */
function datagramsOf(trace) {
  const found = []
  for (const line of trace.split('\n')) {
    const call = /^\d+\s+(sendmsg|sendto|recvmsg)\((\d+),/.exec(line)
    if (call) {
      found.push({ sent: call[1] !== 'recvmsg', socket: call[2], hex: '' })
      continue
    }
    const dump = /^ \| [0-9a-f]{5,} {2}([0-9a-f ]{48,49})/.exec(line)
    if (dump) found.at(-1).hex += dump[1].replaceAll(' ', '')
  }
  return found.filter(({ hex }) => hex !== '').map(({ hex, ...rest }) => ({ ...rest, bytes: Buffer.from(hex, 'hex') }))
}

function run(program, args, PATH = process.env.PATH) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, PATH, LC_ALL: 'C', COLUMNS: '200' } })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

const inNamespaces = (script, programs) =>
  run('unshare', ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script], programs)

/** The PATH with the iproute2 that a family asks for: the machine's own, or `newest`. */
const pathFor = (which) => (which === 'newest' ? `${newestIproute2()}:${process.env.PATH}` : process.env.PATH)

async function versionOf(programs) {
  const { stdout } = await run('ip', ['-V'], programs)
  return /iproute2-([\w.]+)/.exec(stdout)?.[1] ?? stdout.trim()
}

// A private /run, so that `ip netns add` leaves nothing on the machine.
const preamble = ['mount -t tmpfs none /run', 'mkdir -p /run/netns']

async function trace({ stage, command, programs }, file) {
  const traced = `strace -f -o ${file} -e trace=sendmsg,sendto,recvmsg -e write=all -e read=all ${command}`
  const script = [
    'set -e',
    ...preamble,
    'exec 3>&1 1>&2',
    ...stage,
    "echo '--- staged' >&2",
    'exec 1>&3 3>&-',
    'set +e',
    traced,
    'exit $?',
  ].join('\n')
  const { code, stdout, stderr } = await inNamespaces(script, programs)
  const [before, after] = stderr.split('--- staged\n')
  if (after === undefined) throw new Error(`the stage for "${command}" failed: ${before}`)
  return { code, stdout, stderr: after, datagrams: datagramsOf(await readFile(file, 'utf8')) }
}

const refusal = (stderr) =>
  stderr
    .trim()
    .split('\n')[0]
    .replace(/^(RTNETLINK answers|Error): /, '')

async function captureRequest({ command, keep, ...where }, file) {
  const { code, stdout, stderr, datagrams } = await trace({ command, ...where }, file)
  const messages = datagrams.filter(({ sent }) => sent).flatMap(({ bytes }) => [...messagesIn(bytes)])
  const kept = messages.filter(keep === 'all' ? (message) => !isProbe(message) : configures)
  if (kept.length === 0) throw new Error(`"${command}" sent nothing: ${stderr || stdout}`)
  return { command, result: code === 0 ? 'ok' : `refused: ${refusal(stderr)}`, messages: kept }
}

async function captureReply({ command, keep, ...where }, file) {
  const { code, stdout, stderr, datagrams } = await trace({ command, ...where }, file)
  const exchanges = []
  const current = new Map() // by socket: ip looks up links on a second one in the middle of a dump
  for (const { sent, socket, bytes } of datagrams) {
    const messages = [...messagesIn(bytes)]
    if (sent) {
      const exchange = { request: messages[0], datagrams: [] }
      exchanges.push(exchange)
      current.set(socket, exchange)
    } else {
      current
        .get(socket)
        .datagrams.push({ messages: counted(messages.map(({ type }) => type)), hex: bytes.toString('hex') })
    }
  }
  const kept = exchanges.filter(
    ({ request, datagrams }) => datagrams.length > 0 && !isProbe(request) && (keep === 'all' || !isNameLookup(request)),
  )
  if (kept.length === 0) throw new Error(`"${command}" received nothing: ${stderr}`)
  let json
  try {
    json = JSON.parse(stdout)
  } catch {
    /* the command prints no JSON */
  }
  return { command, result: code === 0 ? 'ok' : `refused: ${refusal(stderr)}`, exchanges: kept, ...(json && { json }) }
}

function counted(names) {
  const counts = new Map()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ')
}

async function linksAfter(stage, programs) {
  const script = [
    'set -e',
    ...preamble,
    ...stage.map((line) => `${line} >/dev/null`),
    'ip -j link show',
    'for n in $(ls /run/netns); do echo; echo "$n"; ip -n $n -j link show; done',
  ].join('\n')
  const { code, stdout, stderr } = await inNamespaces(script, programs)
  if (code !== 0) throw new Error(`a stage failed: ${stderr}`)
  const [own, ...others] = stdout.trim().split('\n\n')
  const indexes = (json) => Object.fromEntries(JSON.parse(json).map((link) => [link.ifname, link.ifindex]))
  const links = indexes(own)
  const namespaces = {}
  for (const other of others) {
    const end = other.indexOf('\n')
    namespaces[other.slice(0, end)] = indexes(other.slice(end + 1))
  }
  return { links, ...(others.length > 0 && { namespaces }) }
}

async function mapPool(items, work) {
  const results = new Array(items.length)
  let next = 0
  const worker = async (id) => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index], id)
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, (_, id) => worker(id)))
  return results
}

/** JSON with one fixture, message or datagram a line: small, and a diff that can be read. */
function layOut(head, fixtures) {
  const line = (value) => JSON.stringify(value)
  const body = fixtures.map((fixture) => {
    const { messages, exchanges, json, ...rest } = fixture
    const lists = []
    if (messages) lists.push(`"messages": [\n${messages.map((m) => `      ${line(m)}`).join(',\n')}\n    ]`)
    if (exchanges) {
      lists.push(
        `"exchanges": [\n${exchanges
          .map(
            ({ request, datagrams }) =>
              `      { "request": ${line(request)},\n        "datagrams": [\n${datagrams.map((d) => `          ${line(d)}`).join(',\n')}\n        ] }`,
          )
          .join(',\n')}\n    ]`,
      )
    }
    if (json) lists.push(`"json": [\n${json.map((object) => `      ${line(object)}`).join(',\n')}\n    ]`)
    const fields = Object.entries(rest).map(([name, value]) => `"${name}": ${line(value)}`)
    return `  { ${[...fields, ...lists].join(',\n    ')} }`
  })
  const fields = Object.entries(head)
    .filter(([name]) => name !== 'stages')
    .map(([name, value]) => `"${name}": ${line(value)}`)
  const stages = Object.entries(head.stages).map(
    ([name, { commands, ...rest }]) =>
      `    ${line(name)}: { "commands": [${commands.map((c) => `\n        ${line(c)}`).join(',')}${commands.length ? '\n      ' : ''}],\n      ${Object.entries(
        rest,
      )
        .map(([k, v]) => `"${k}": ${line(v)}`)
        .join(',\n      ')} }`,
  )
  return `{ ${fields.join(', ')},\n  "stages": {\n${stages.join(',\n')}\n  },\n  "fixtures": [\n${body.join(',\n')}\n  ] }\n`
}

async function main() {
  if (process.getuid?.() !== 0)
    throw new Error('run as root: it makes network namespaces (it changes nothing outside them)')
  const list = JSON.parse(await readFile(path.join(fixtures, 'commands.json'), 'utf8'))
  const kernel = /^\d+\.\d+\.\d+/.exec(release())?.[0] ?? release()
  const scratch = await mkdtemp(path.join(tmpdir(), 'capture-'))

  const stageLines = (name) => {
    const stage = list.stages[name]
    if (!stage) throw new Error(`no stage "${name}"`)
    return stage.flatMap((line) => (line.startsWith('@') ? stageLines(line.slice(1)) : [line]))
  }
  const links = {}
  const summary = []
  try {
    for (const [directory, capture] of [
      ['requests', captureRequest],
      ['replies', captureReply],
    ]) {
      await mkdir(path.join(options.out, directory), { recursive: true })
      for (const [family, { stage: usual, keep, about, iproute2: which, commands }] of Object.entries(
        list[directory],
      )) {
        if (only && !only.includes(family)) continue
        const programs = pathFor(which)
        const iproute2 = await versionOf(programs)
        const entries = commands
          .map((entry) => (typeof entry === 'string' ? { command: entry } : entry))
          .map((entry) => ({ keep, ...entry, stageName: entry.stage ?? usual }))
        const keys = new Set()
        for (const { command, stageName } of entries) {
          const key = `${stageName}: ${command}`
          if (keys.has(key)) throw new Error(`${family}: twice the same command: ${command}`)
          keys.add(key)
        }
        const stages = {}
        for (const { stageName } of entries) {
          links[stageName] ??= await linksAfter(stageLines(stageName), programs)
          stages[stageName] = { commands: stageLines(stageName), ...links[stageName] }
        }
        const failures = []
        const captured = await mapPool(entries, async (entry, worker) => {
          try {
            const { command, ...rest } = await capture(
              { ...entry, stage: stageLines(entry.stageName), programs },
              path.join(scratch, `trace-${worker}`),
            )
            return { command, stage: entry.stageName, ...rest }
          } catch (error) {
            failures.push(error.message)
          }
        })
        if (failures.length > 0) {
          process.exitCode = 1
          console.error(failures.map((failure) => `${family}: ${failure}`).join('\n'))
          continue
        }
        await writeFile(
          path.join(options.out, directory, `${family}.json`),
          layOut({ ...(about && { about }), iproute2, kernel, stages }, captured),
        )
        summary.push(
          `${directory}/${family}: ${captured.length} (${captured.filter(({ result }) => result !== 'ok').length} refused)`,
        )
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  console.log(summary.join('\n'))
}

await main()
