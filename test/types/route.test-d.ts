/** What users see of routes of IP and of MPLS, and of what packets get around them. */
import { expectTypeOf, test } from 'vitest'
import {
  addRoute,
  appendRoute,
  deleteRoute,
  type Encap,
  listRoutes,
  lookupRoute,
  type MplsRoute,
  type Route,
} from '../../lib/index.js'

test('the family tells which routes are listed and looked up', () => {
  expectTypeOf(listRoutes).toBeCallableWith()
  expectTypeOf(listRoutes({ family: 'inet' })).resolves.toEqualTypeOf<readonly Route[]>()
  expectTypeOf(listRoutes({ family: 'mpls' })).resolves.toEqualTypeOf<readonly MplsRoute[]>()
  expectTypeOf(listRoutes.sync({ family: 'mpls', proto: 'bgp' })).toEqualTypeOf<readonly MplsRoute[]>()
  expectTypeOf(lookupRoute({ dst: '10.0.0.1' })).resolves.toEqualTypeOf<Route>()
  expectTypeOf(lookupRoute({ family: 'mpls', dst: 100 })).resolves.toEqualTypeOf<MplsRoute>()
})

test('a listed route can be deleted', () => {
  expectTypeOf(deleteRoute).toBeCallableWith({} as Route)
  expectTypeOf(deleteRoute).toBeCallableWith({} as MplsRoute)
})

test('what does not go together does not compile', () => {
  // @ts-expect-error a label is a number
  addRoute({ family: 'mpls', dst: '100', via: '10.0.0.2' })
  // @ts-expect-error a network is text
  addRoute({ dst: 100, via: '10.0.0.2' })
  // @ts-expect-error MPLS has one route a label
  appendRoute({ family: 'mpls', dst: 100, via: '10.0.0.2' })
  // @ts-expect-error labels are wanted
  addRoute({ dst: '10.0.0.0/8', via: '10.0.0.2', encap: { type: 'mpls' } })
  // @ts-expect-error only read
  addRoute({ dst: '10.0.0.0/8', via: '10.0.0.2', encap: { type: 'bpf' } })
})

test('the type of an encapsulation tells the rest', () => {
  const encap = {} as Encap
  if (encap.type === 'seg6') expectTypeOf(encap.segs).toEqualTypeOf<readonly string[] | undefined>()
  if (encap.type === 'other') expectTypeOf(encap.number).toEqualTypeOf<number>()
})
