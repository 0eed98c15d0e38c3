import { expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { listRules, type RuleFilter } from '../../../lib/rule/list.js'
import { ruleMessage } from '../../../lib/rule/message.js'
import type { Rule } from '../../../lib/rule/rule.js'
import { printedRule } from '../../support/printed-rules.js'
import { capturedReplies } from '../../support/replies.js'
import { runSteps } from '../../support/requests.js'
import { read } from '../../support/source.js'

const file = JSON.parse(read('test/fixtures/replies/rule.json')) as {
  fixtures: { command: string; json: { priority: number }[] }[]
}
const commands = ['ip -d -j rule show', 'ip -d -j -6 rule show'] as const

/** What the kernel answered to the command is the answer. */
function replay(command: string, filter: RuleFilter): readonly Rule[] {
  const answer = ({ replyType, read }: Request) =>
    capturedReplies('rule')
      .filter((message) => message.command === command && message.type === replyType)
      .flatMap(({ bytes }) => {
        const message = decodePayload(ruleMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
        return read(message as never) ?? []
      })
  return runSteps(listRules.op(filter), { answer }).result
}

test.each(commands)('%s: the listing is what ip prints of the same bytes', (command) => {
  const family = command.includes('-6') ? 'inet6' : 'inet'
  const printed = file.fixtures.find((one) => one.command === command)?.json ?? []
  expect(printed.length).toBeGreaterThan(3)
  expect(replay(command, { family }).map(printedRule)).toEqual(printed)
})

test('filters take what fits, and nothing beside', () => {
  const priorities = (filter: RuleFilter) =>
    replay(commands[0], { family: 'inet', ...filter }).map(({ priority }) => priority)
  expect(priorities({ from: '10.1.0.0/16' })).toEqual([258])
  expect(priorities({ to: '10.4.5.0/24', iif: 'eth0', tos: 0x10, fwmark: 0x203, fwmask: 0xfff })).toEqual([258])
  expect(priorities({ table: 16909060 })).toEqual([258])
  expect(priorities({ proto: 'bgp' })).toEqual([258])
  expect(priorities({ not: true })).toEqual([259])
  expect(priorities({ sport: '4660-22136', dport: 80, uidrange: '66051-66055', ipproto: 'udp' })).toEqual([259])
  expect(priorities({ goto: 32766 })).toEqual([260])
  expect(priorities({ action: 'nop', oif: 'nope' })).toEqual([261])
  expect(priorities({ action: 'prohibit', tunId: 66051n })).toEqual([262])
  expect(priorities({ tunId: 66051 })).toEqual([262])
  expect(priorities({ suppressPrefixlength: 0, suppressIfgroup: 258, realms: { from: 18, to: 52 } })).toEqual([263])
  expect(priorities({ l3mdev: true })).toEqual([1000])
  expect(priorities({ priority: 0, table: 'local' })).toEqual([0])
  expect(priorities({ fwmark: 0, fwmask: 0xff })).toEqual([257])
  expect(priorities({ not: false, l3mdev: false, table: 'main' })).toEqual([263, 32766])
  expect(priorities({ from: 'all', proto: 'kernel' })).toEqual([0, 32766, 32767])
  expect(priorities({ from: '10.1.0.0/17' })).toEqual([])
})
