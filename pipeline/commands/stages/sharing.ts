import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from '../../../schemas/errors.ts'
import type { Session } from '../../../store/session/session.ts'
import type { Share } from '../../engine/share.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { queueAddress, type QueueAddress } from '../../runners/queue/address.ts'
import type { ShardRunner } from '../../runners/shard-runner.ts'
import type { Stage } from '../../stages/stage.ts'
import type { CommandIo } from '../io.ts'
import { leaseMs } from '../books/lease-ms.ts'
import type { QueueOptions } from '../books/queue-flag.ts'
import { launchedShare, launchedText } from '../launchers/launched-share.ts'

/** How a run is shared with other processes. */
export type Sharing = {
  /** Whether it is. */
  shared: boolean
  /** Which worker this one is, where all take shards from the run folder. */
  share: Share | undefined
  /** Where workers take shards from, where this process leaves them to others. */
  queue: QueueAddress | undefined
  dashboard: number | true | undefined
}

/** @throws UsageError when both ways are wanted, or what stands in a flag makes no sense */
export function sharingOf(
  { shard, queue, dashboard }: { shard?: string } & QueueOptions,
  { environment, reporter, keys }: CommandIo,
): Sharing {
  if (queue !== undefined) {
    if (shard !== undefined)
      throw new UsageError('--queue and --shard are two ways to share a run; leave one of them out')
    const address = queueAddress(queue, environment)
    keys.add(address.password)
    return { shared: true, share: undefined, queue: address, dashboard }
  }
  if (dashboard !== undefined) throw new UsageError('--dashboard shows a queue; name one with --queue')
  const launched = launchedShare(shard, environment)
  if (launched && shard === undefined) reporter.note(launchedText(launched))
  return { shared: launched !== undefined, share: launched?.share, queue: undefined, dashboard }
}

/** @throws UsageError for what one process has to see as a whole */
export function refuseAlone({ select }: Recipe, { shared, queue }: Sharing): void {
  if (shared && select !== undefined)
    throw new UsageError(
      `${queue ? '--queue' : '--shard'} does not go with \`select\`, which asks in waves, each by the answers of the one before; leave one of them out`,
    )
}

/**
 * Waits a little until the workers of a queue have left a run that is done, so that whatever comes next need not be told that
 * they are there.
 */
export async function untilOthersLeave({ workers }: Session): Promise<void> {
  const pauseMs = workers.ttlMs / 100
  for (let looks = 0; looks < 30 && (await workers.others()).length > 0; looks++) await sleep(pauseMs)
}

/**
 * Does work with what leaves the shards of a run to the workers of a queue, where there is one. Loading that takes longer
 * than a small run, so only who wants it waits for it.
 */
export async function withRunner(
  { queue: address, dashboard }: Sharing,
  { runFolder }: RunContext,
  { recipePath, chosen }: { recipePath: string; chosen: readonly Stage[] },
  io: CommandIo,
  work: (runner: ShardRunner | undefined) => Promise<void>,
): Promise<void> {
  if (!address) return work(undefined)
  const { openQueue } = await import('../../runners/queue/open-queue.ts')
  const place = {
    run: runFolder,
    recipe: resolve(io.cwd, recipePath),
    cwd: io.cwd,
    chosen: chosen.flatMap(({ name, scope }) => (scope === 'shard' ? [name] : [])),
  }
  const queue = await openQueue(address, { place, ttlMs: leaseMs(io.environment), dashboard }, io)
  try {
    return await work(queue.runner)
  } finally {
    await queue.close()
  }
}
