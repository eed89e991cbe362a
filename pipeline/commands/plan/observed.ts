import type { PartRow } from '../../../schemas/parts.ts'
import { storedFailure } from '../../../schemas/reasons.ts'
import { partState } from '../../../store/parts/part.ts'
import { joinParts } from '../../../store/parts/join.ts'
import { partPath } from '../../../store/run/paths.ts'
import { sizeOf } from '../../../store/files/entries.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { hasText, lossReason } from '../../stages/counts.ts'
import { inputKinds, isActive } from '../../stages/input-kinds.ts'
import { toldBy } from '../../stages/classify/tell.ts'
import { readKinds } from '../../stages/read-kinds.ts'
import { dividedBy, stratumOf } from '../../stages/select/stratum.ts'
import type { Stage } from '../../stages/stage.ts'
import { nothingAsked, readAsked, type Asked } from './asked.ts'
import { strataOf } from './choose-pilot.ts'
import type { AskedPilot } from './run-pilot.ts'

/** One answer of the pilot. */
export type SeenSample = {
  arm: string
  index: number
  /** Tokens that its prompt and its text took, and whether its answer stopped at the limit. */
  prompt: number
  completion: number
  cut: boolean
  verdict: string
  kept: boolean
  /** The ledger's reason where it was not kept. */
  reason: string
}

/** One problem of the pilot, with everything that it took. */
export type SeenProblem = Asked & {
  id: string
  /** The stratum that the run selects it in, and that which it was in before a judge was asked what it is about. */
  stratum: string
  told: string
  /** The part of what was asked that finding out what it is about took. */
  classified: Asked
  samples: SeenSample[]
  /** Why it is no pair; empty where it is one. */
  lost: string
}

/**
 * @param select of the run, which the pilot has not
 * @returns the problems of a pilot, and the bytes of their parts
 */
export async function readPilot(
  all: readonly Stage[],
  { context, shards }: Pick<AskedPilot, 'context' | 'shards'>,
  select: RunContext['recipe']['select'],
): Promise<{ problems: SeenProblem[]; part_bytes: number }> {
  const lastOfShards = all.find(({ scope }) => scope === 'whole')!
  const reads = { ...inputKinds(all, lastOfShards, context), pairs: 'pairs', problems: 'admitted' } as const
  const toldIn = strataOf({ ...context.recipe, select })
  const columns = [...new Set([...toldBy, ...dividedBy])]
  const problems: SeenProblem[] = []
  let bytes = 0
  for (const shard of shards) {
    const asked = await readAsked(context, shard)
    const classified = await readAsked(context, shard, ['classify'])
    const kinds = await readKinds(context, shard)
    for await (const { problem, pair, samples } of joinParts(
      context.runFolder,
      shard,
      {
        problems: columns,
        traces: [
          'arm',
          'sample_index',
          'billed',
          'finish_state',
          'error',
          'reasoning_tokens',
          'answer_tokens',
        ],
        verdicts: ['verdict'],
        decisions: ['keep', 'reasons'],
        pairs: ['lost'],
      },
      reads,
    ))
      problems.push({
        ...(asked.get(problem.id) ?? nothingAsked()),
        id: problem.id,
        stratum: stratumOf(problem, select ?? {}, kinds),
        told: toldIn(problem) ?? '',
        classified: classified.get(problem.id) ?? nothingAsked(),
        lost: pair.lost,
        samples: samples.map(({ trace, verdict, decision }) => ({
          arm: trace.arm,
          index: trace.sample_index,
          prompt: trace.billed.prompt_tokens,
          // Nobody was billed for what was imported.
          completion: trace.billed.completion_tokens || trace.reasoning_tokens + trace.answer_tokens,
          cut: trace.finish_state === 'cut_in_think' || trace.finish_state === 'cut_in_answer',
          verdict: verdict.verdict,
          kept: decision.keep,
          reason: reasonOf(trace, decision),
        })),
      })
    for (const stage of all)
      if (stage.scope !== 'whole' && stage.name !== 'select' && isActive(stage, context))
        if (await partState(context.runFolder, stage.writes, shard))
          bytes += (await sizeOf(partPath(context.runFolder, stage.writes, shard))) ?? 0
  }
  return { problems, part_bytes: bytes }
}

/** Why an answer is not kept, as the ledger calls it: what no endpoint answered and no reader could read has no decision of its own. */
function reasonOf(
  trace: Pick<PartRow<'traces'>, 'error' | 'finish_state'>,
  { reasons }: Pick<PartRow<'decisions'>, 'reasons'>,
): string {
  if (trace.finish_state === 'api_error') return storedFailure(trace.error.split(':', 1)[0] ?? '')
  return hasText(trace) ? (reasons[0] ?? '') : lossReason(trace)
}
