import { UsageError } from '../../../schemas/errors.ts'
import { usualTtlMs } from '../../../store/session/session.ts'

/** How long a worker may be silent before others take it for dead; tests and local disks need not wait as long as NFS. */
export function leaseMs(environment: Record<string, string | undefined>): number {
  const stated = environment['TWINSTILL_LEASE_SECONDS']
  if (stated === undefined || stated === '') return usualTtlMs
  const seconds = Number(stated)
  if (seconds >= 0.1 && seconds <= 3600) return seconds * 1000
  throw new UsageError(
    `TWINSTILL_LEASE_SECONDS must be a number of seconds from 0.1 to 3600, not ${JSON.stringify(stated)}`,
  )
}
