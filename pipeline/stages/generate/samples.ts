import { firstSamples, importedKey, sampleSeed, type Arm, type ChatRequest } from '../../../schemas/arm.ts'
import { ownMember } from '../../../schemas/own-member.ts'
import type { ReadingRules } from '../../../schemas/probe.ts'
import type { SamplingReason } from '../../../schemas/reasons.ts'
import type { Problem } from '../../../schemas/problem.ts'
import { buildRequest } from '../../../teachers/request/build-request.ts'
import type { DialectName } from '../../../teachers/dialects/registry.ts'
import { readPart } from '../../../store/parts/part.ts'
import { askedKind } from '../../recipe/asked-kind.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { ShardJournal } from '../shard-journal.ts'
import { userMessage } from '../../../problems/user-message.ts'

/**
 * One sample that the recipe asks for: its first request and what further ones follow from. For an imported arm `request`
 * is what would have been asked.
 */
export type WantedSample = {
  key: string
  problem: Problem
  arm: Arm
  dialect: DialectName
  index: number
  request: ChatRequest
  /** How responses of the arm are read, as far as anybody has said. */
  rules: ReadingRules | undefined
  /** Of every request of the sample, so that a higher limit or a continuation goes the same way again. */
  seed: number
}

/** All samples that a problem can get from one arm. */
export type SampleSeries = { problem: Problem; arm: Arm; sample(index: number): WantedSample }

/** How many samples each problem gets from each adaptive arm, and why no more, by `seriesName`. */
export type SamplesTaken = Map<string, { samples: number; ended: SamplingReason }>

export function seriesName({ problem, arm }: Pick<SampleSeries, 'problem' | 'arm'>): string {
  return `${problem.id} ${arm.name}`
}

/**
 * Every problem of a shard with every arm, in the order in which parts store their samples: by problem, then arm as in
 * the recipe. Both the asking and the reading side go through here, so they cannot disagree on a key.
 *
 * @param journal of the shard, under whose keys answers of earlier versions are found
 */
export async function* wantedSeries(
  context: RunContext,
  shard: number,
  journal: Pick<ShardJournal, 'keyOf'>,
): AsyncGenerator<SampleSeries> {
  for await (const problem of readPart(context.runFolder, askedKind(context.recipe), shard)) {
    const message = userMessage(problem, context.recipe.instructions)
    for (const arm of context.arms) {
      const dialect = context.recipe.endpoints[arm.endpoint]?.dialect ?? 'openai'
      const request = requestOf(arm, dialect, message)
      const rules = ownMember(context.readingRules, arm.name)
      yield {
        problem,
        arm,
        sample(index) {
          const key = arm.import
            ? importedKey(ownMember(context.imports, arm.name) ?? '', arm.name, problem.id, index)
            : journal.keyOf(request, arm, index)
          return { key, problem, arm, dialect, index, request, rules, seed: sampleSeed(key) }
        },
      }
    }
  }
}

/**
 * Every sample of a shard in the order of the parts: by problem, arm and index.
 *
 * @param taken of the adaptive arms; without it they have the samples that every problem gets
 */
export async function* wantedSamples(
  context: RunContext,
  shard: number,
  journal: Pick<ShardJournal, 'keyOf'>,
  taken?: SamplesTaken,
): AsyncGenerator<WantedSample> {
  for await (const series of wantedSeries(context, shard, journal)) {
    const samples = taken?.get(seriesName(series))?.samples ?? firstSamples(series.arm)
    for (let index = 0; index < samples; index++) yield series.sample(index)
  }
}

function requestOf(arm: Arm, dialect: DialectName, message: string): ChatRequest {
  if (arm.import) return { model: arm.model, messages: [{ role: 'user', content: message }] }
  return buildRequest(arm, dialect, message)
}
