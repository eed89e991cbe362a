import type { Dialect } from '../dialects/dialect.ts'
import type { Endpoint } from '../endpoint-options.ts'
import { openFileLimit } from '../wire/open-files.ts'

/** Requests at a server at the same time where neither the recipe nor the server says how many. */
const usual = 64

/** The most that is found out by itself: more would be a cluster, whose owner knows its size. */
const mostFound = 1024

/**
 * How many requests may be at a server at the same time: `most` where its queue is seen, `unseen` where it is not. What the
 * recipe states is both; otherwise it follows what is known of the server.
 *
 * @param openFiles the limit of this process; `null` when it has none
 */
export function inFlightOf(
  { max_in_flight, back_pressure }: Pick<Endpoint, 'max_in_flight' | 'back_pressure'>,
  { queues, unseen = usual }: Pick<Dialect, 'queues' | 'unseen'>,
  openFiles: number | null = openFileLimit(),
): { most: number; unseen: number; isStated: boolean } {
  if (max_in_flight !== undefined) return { most: max_in_flight, unseen: max_in_flight, isStated: true }
  const watches = queues && back_pressure !== false
  // A quarter, because there may be other servers, and the run has files of its own.
  const allowed = Math.max(unseen, Math.floor((openFiles ?? Infinity) / 4))
  return { most: watches ? Math.min(mostFound, allowed) : unseen, unseen, isStated: false }
}
