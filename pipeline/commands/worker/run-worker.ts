import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from '../../../schemas/errors.ts'
import { BuriedError } from '../../../store/session/refusals.ts'
import { listenForStop } from '../../engine/stop-signals.ts'
import { queueAddress } from '../../runners/queue/address.ts'
import { openConnection } from '../../runners/queue/connection.ts'
import { openDashboard, type Dashboard } from '../../runners/queue/open-dashboard.ts'
import { openTaskSource, type TakenTask, type TaskSource } from '../../runners/queue/take-tasks.ts'
import { leaseMs } from '../books/lease-ms.ts'
import type { CommandIo } from '../io.ts'
import { fail } from './fail.ts'
import { workAtPlace, type PlaceMeans } from './work-at-place.ts'

export type WorkerCommandOptions = {
  queue: string | true
  dashboard?: number | true
  drain: boolean
  /** Seconds that answers in flight are waited for after a signal. */
  grace?: number
}

/** Milliseconds before a run that this worker cannot work on is tried again. */
const unfitMs = 30_000

/** So often a task is taken at most and given back as one that this or another worker cannot do. */
const mostTimes = 60

/**
 * Takes shards from a queue and does them, one run at a time, until a signal ends it.
 *
 * @throws UsageError when the server of the queue refuses this process; with `drain` also when a run cannot be worked on here
 */
export async function runWorker(
  { queue, dashboard, drain, grace }: WorkerCommandOptions,
  io: CommandIo,
): Promise<void> {
  const address = queueAddress(queue, io.environment)
  io.keys.add(address.password)
  const ttlMs = leaseMs(io.environment)
  const signals = listenForStop(() => undefined)
  const { stop } = signals
  const connection = openConnection(address, io)
  const source = openTaskSource(connection, ttlMs)
  let page: Dashboard | undefined
  try {
    page = await openDashboard(connection, dashboard, io.reporter)
    await Promise.race([connection.admitted, aborted(stop)])
    io.reporter.note(`waiting for shards from ${address.shown}`)
    await workOff(source, { drain, ttlMs, stop, grace }, io)
  } finally {
    await page?.close()
    await source.close()
    connection.close()
    signals.release()
  }
}

type Manner = Omit<PlaceMeans, 'source'> & { drain: boolean }

async function workOff(source: TaskSource, { drain, ...manner }: Manner, io: CommandIo): Promise<void> {
  const { ttlMs, stop } = manner
  /** Runs that could not be worked on, and until when they are not tried again. */
  const unfit = new Map<string, number>()
  let taken: TakenTask | undefined
  while (!stop.aborted) {
    taken ??= await source.take(drain ? AbortSignal.any([stop, AbortSignal.timeout(ttlMs / 10)]) : stop)
    if (!taken) {
      if (drain && !stop.aborted && (await Promise.race([source.isEmpty(), aborted(stop)])) === true) break
      continue
    }
    const { run } = taken.task
    if ((unfit.get(run) ?? 0) > performance.now()) {
      passOn(taken, ttlMs)
      taken = undefined
      // Others take more of the run than this one puts off.
      await sleep(ttlMs / 30, undefined, { signal: stop }).catch(() => undefined)
      continue
    }
    const own = taken
    taken = undefined
    try {
      const end = await workAtPlace(own, { source, ...manner }, io)
      taken = end.next
      // The run hears of it and ends; until then there may be more of it.
      if (end.failed) unfit.set(run, performance.now() + ttlMs / 6)
    } catch (error) {
      if (error instanceof UsageError) {
        passOn(own, ttlMs)
        if (drain) throw error
        io.reporter.warn(`${error.message}; this worker leaves the run to others and tries again later`)
        unfit.set(run, performance.now() + unfitMs)
      } else if (stop.aborted || error instanceof BuriedError) own.giveBack(0)
      else await fail(own, error, io)
    }
  }
  taken?.giveBack(0)
}

/** What is still wanted its run puts there again, so that a task that nobody can do does not stay for ever. */
function passOn(taken: TakenTask, ttlMs: number): void {
  if (taken.times > mostTimes) taken.done({ state: 'stale' })
  else taken.giveBack(ttlMs / 6)
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
