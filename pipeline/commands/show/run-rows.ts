import type { ReviewPair } from '../../../review/pairs/pair.ts'
import type { PairSource } from '../../../review/pairs/source.ts'
import { drawSample, type Drawn } from '../../../review/draw/draw-sample.ts'
import { risks } from '../../../review/draw/risks.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { nearestName } from '../../../schemas/nearest-name.ts'

/** Pairs of a risk, or random ones, drawn as the review page draws them. */
export async function drawPairs(
  source: PairSource,
  { risk, count, seed }: { risk?: string; count: number; seed: number },
): Promise<Drawn[]> {
  const found = risks.find(({ name }) => name === risk)
  if (risk !== undefined && !found) {
    const names = risks.map(({ name }) => name)
    throw new UsageError(
      `--risk: there is no risk ${risk}; ${names.join(', ')}${nearestName(risk, names) === undefined ? '' : `; did you mean ${nearestName(risk, names)}?`}`,
    )
  }
  if (found)
    return (await drawSample(source.notes(), { seed, size: 0, risks: [found], perRisk: count })).risky
  return (await drawSample(source.places(), { seed, size: count, risks: [], perRisk: 0 })).random
}

/** A pair of a run with the columns of a row of the dataset, as far as they are shown. */
export function rowOfPair(pair: ReviewPair): Record<string, unknown> {
  const row: Record<string, unknown> = {
    pair_id: pair.id,
    prompt: pair.prompt,
    reference_answers: pair.reference,
    task: pair.task,
    domain: pair.domain,
    difficulty: pair.difficulty,
    source: pair.source,
    source_id: pair.source_id,
    lost: pair.lost,
  }
  for (const { arm, reasoning, answer, verdict, facts, ...rest } of pair.answers) {
    row[arm] = reasoning === '' ? answer : `<think>\n${reasoning}\n</think>\n\n${answer}`
    row[`${arm}_meta`] = {
      final_answer: verdict.extracted,
      verdict: verdict.verdict,
      verifier: verdict.verifier,
      gold_suspect: pair.gold_suspect,
      finish_state: rest.finish_state,
      reasoning_tokens: rest.reasoning_tokens,
      answer_tokens: rest.answer_tokens,
      model: facts['model'] ?? '',
      mode: facts['mode'] ?? '',
      effort: null,
      dropped: rest.dropped,
    }
  }
  return row
}
