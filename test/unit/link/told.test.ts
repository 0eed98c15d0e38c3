import { expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import { createBridge } from '../../../lib/link/kinds/bridge.js'
import { updateLink } from '../../../lib/link/update.js'
import type { Request } from '../../../lib/netlink/request.js'
import { runSteps } from '../../support/requests.js'

/** As a kernel tells it that does not know the attribute. */
const older = ({ mode, memo }: Request) =>
  mode === 'echo' || (mode === 'get' && memo === undefined)
    ? [{ index: 7, name: 'eth0', kind: 'none', up: false, flags: [] }]
    : undefined

function attempt(operation: Parameters<typeof runSteps>[0]) {
  const sent: string[] = []
  const answer = (request: Request) => {
    if (request.mode === 'act' || request.mode === 'echo') sent.push(request.name)
    return older(request)
  }
  try {
    runSteps(operation, { answer })
  } catch (error) {
    if (error instanceof KernelError) return { code: error.code, message: error.message, applied: error.applied, sent }
  }
  return undefined
}

const names = ['groMaxSize', 'gsoIpv4MaxSize', 'groIpv4MaxSize'] as const

test.each(names)('a kernel that would take %s and do nothing is not asked', (name) => {
  expect(attempt(updateLink.op('eth0', { [name]: 4660 }))).toMatchObject({
    code: 'EOPNOTSUPP',
    message: expect.stringContaining(`this kernel has no ${name} (IFLA_`),
    sent: [],
  })
  expect(attempt(updateLink.op('eth0', { mtu: 1400 }))).toBeUndefined()
})

test.each(names)('a link that was made without %s is an error that says so', (name) => {
  expect(attempt(createBridge.op({ name: 'br0', [name]: 4660 }))).toMatchObject({
    code: 'EOPNOTSUPP',
    applied: 'partly',
    sent: ['RTM_NEWLINK'],
  })
})
