/** Reading what is in another namespace, by the id that it has here (IFA_TARGET_NETNSID). */
import { Rejection } from '../codec/rejection.js'
import { addressAttributes } from './message.js'

/** Throws a {@link Rejection}. */
export function checkTarget(targetNetnsid: unknown): void {
  const fits = Number.isInteger(targetNetnsid) && (targetNetnsid as number) >= 0 && (targetNetnsid as number) < 2 ** 31
  const [row] = addressAttributes.rows.targetNetnsid.attributes
  if (targetNetnsid !== undefined && !fits)
    throw new Rejection('an integer from 0 to 2147483647', targetNetnsid).within('targetNetnsid', row?.constant)
}
