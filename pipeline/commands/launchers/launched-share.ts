import type { Share } from '../../engine/share.ts'
import { shardFlag } from '../books/shard-flag.ts'
import { families, slurmArray, type Environment } from './families.ts'

/** Which worker of how many this process is, and who says so. */
export type LaunchedShare = {
  share: Share
  /** The flag or the variables, for people. */
  from: string
  /** Launchers that say something too, and are not listened to. */
  passedOver: readonly string[]
}

/**
 * Finds out which worker of how many this process is: from `--shard i/n` (i from 0 on), else from the variables of whatever
 * started it. It is an order of preference only, since the claim of a shard decides who does it: a wrong number makes a run
 * slower, never wrong.
 *
 * A task of a Slurm array may start several processes itself; each is then one of tasks times processes.
 *
 * @returns `undefined` where nothing says that there are others
 * @throws UsageError when what is said makes no sense
 */
export function launchedShare(flag: string | undefined, environment: Environment): LaunchedShare | undefined {
  if (flag !== undefined) return { share: shardFlag(flag), from: '--shard', passedOver: [] }
  const array = slurmArray(environment)
  const found: { share: Share; variables: string; name: string }[] = []
  for (const family of families) {
    const { name, variables } = family
    const share = family.shareOf(environment)
    // One of one is how a launcher starts a process that has no others.
    if (share && share.count > 1) found.push({ share, variables, name })
  }
  const [inner, ...others] = found
  const passedOver = others.map(({ name, variables }) => `${name} (${variables})`)
  const isOuter = array !== undefined && array.count > 1
  if (!inner && !isOuter) return undefined
  if (!inner) return { share: array!, from: 'SLURM_ARRAY_TASK_ID', passedOver }
  if (!isOuter) return { share: inner.share, from: inner.variables, passedOver }
  return {
    share: {
      index: array.index * inner.share.count + inner.share.index,
      count: array.count * inner.share.count,
    },
    from: `SLURM_ARRAY_TASK_ID, ${inner.variables}`,
    passedOver,
  }
}

/** What a person is told about where the number comes from. */
export function launchedText({ share, from, passedOver }: LaunchedShare): string {
  const others =
    passedOver.length === 0
      ? ''
      : `; ${passedOver.join(' and ')} ${passedOver.length === 1 ? 'says' : 'say'} something too and ${passedOver.length === 1 ? 'is' : 'are'} passed over: --shard i/n beats all of them`
  return `worker ${share.index} of ${share.count}, counted from 0 (${from})${others}`
}
