import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { decodeAttributes } from '../../../lib/codec/reader.js'
import { metricAttributes, metricNames, metricsOf } from '../../../lib/route/metrics.js'
import { fromHex } from '../../support/codec.js'

describe('metricsOf', () => {
  test('takes the metrics of a route and no more', () => {
    const options = { dst: '10.0.0.0/8', mtu: 1400, hoplimit: undefined, quickack: false }
    expect(metricsOf(options)).toEqual({ mtu: 1400, quickack: false })
    expect(metricsOf({ dst: '10.0.0.0/8' } as object)).toBeUndefined()
  })

  test('locks rtoMin, which counts for nothing else', () => {
    expect(metricsOf({ rtoMin: 40 })).toEqual({ rtoMin: 40, lock: ['rtoMin'] })
    expect(metricsOf({ rtoMin: 40, mtu: 1, lock: ['mtu'] })).toEqual({ rtoMin: 40, mtu: 1, lock: ['mtu', 'rtoMin'] })
  })
})

test('a lock without a name is a number, and a metric without a row is kept', () => {
  const bytes = fromHex('08000100 0400a000 08001e00 07000000')
  expect(decodeAttributes(metricAttributes, sourceOf(bytes, true), 0, bytes.length)).toEqual({
    lock: ['mtu', 21, 23],
    unknown: [{ type: 30, data: Uint8Array.of(7, 0, 0, 0) }],
  })
})

test('every metric but the lock itself can be locked', () => {
  const { lock: _lock, ...others } = metricAttributes.rows
  for (const [name, row] of Object.entries(others)) {
    const number = row.attributes[0]?.number as number
    const bytes = fromHex('08000100 00000000')
    new DataView(bytes.buffer).setUint32(4, 2 ** number, true)
    expect(decodeAttributes(metricAttributes, sourceOf(bytes, true), 0, 8)).toEqual({ lock: [name] })
  }
  expect(metricNames).toContain('lock')
})
