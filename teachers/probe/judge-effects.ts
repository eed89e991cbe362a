import type { Probe, Taken } from '../../schemas/probe.ts'
import { isObject } from '../json.ts'
import { answeredOf, ofPurpose, writtenText, type Observed } from './observed.ts'
import type { ProbePurpose } from './probe-calls.ts'

type Effects = Pick<Probe, 'n' | 'seed' | 'top_k' | 'min_p'>

/** Whether `n`, the seed, `top_k` and `min_p` do what they are for; `null` for what was not asked. */
export function judgeEffects(observed: readonly Observed[]): Effects {
  const seed = judgeSeed(observed)
  return {
    n: judgeSeveral(ofPurpose(observed, 'several')[0]),
    seed,
    top_k: judgeGreedy(observed, ['top_k', 'top_k_other_seed'], seed),
    min_p: judgeGreedy(observed, ['top_k', 'min_p'], seed),
  }
}

function judgeSeveral(several: Observed | undefined): Taken | null {
  if (several === undefined) return null
  if (!several.ok) return isRefusal(several.code) ? 'refused' : 'unknown'
  const choices = isObject(several.body) ? several.body['choices'] : undefined
  return Array.isArray(choices) && choices.length >= 2 ? 'taken' : 'no_effect'
}

function judgeSeed(observed: readonly Observed[]): Probe['seed'] {
  if (ofPurpose(observed, 'cut_again', 'cut_other_seed').length === 0) return null
  const text = (purpose: ProbePurpose): string | null => {
    const [answered] = answeredOf(observed, purpose)
    const written = answered === undefined ? '' : writtenText(answered.body).trim()
    return written === '' ? null : written
  }
  const [first, again, other] = [text('cut'), text('cut_again'), text('cut_other_seed')]
  return {
    same: first === null || again === null ? null : first === again,
    other: first === null || other === null ? null : first !== other,
  }
}

/** Two calls that leave one token to choose from give one text, if the server listens. */
function judgeGreedy(
  observed: readonly Observed[],
  [one, two]: [ProbePurpose, ProbePurpose],
  seed: Probe['seed'],
): Taken | null {
  const [second] = ofPurpose(observed, two)
  if (second === undefined) return null
  const failed = ofPurpose(observed, one, two).find((each) => !each.ok)
  if (failed?.ok === false) return isRefusal(failed.code) ? 'refused' : 'unknown'
  const texts = new Set(answeredOf(observed, one, two).map(({ body }) => writtenText(body)))
  if (texts.size > 1) return 'no_effect'
  // Where seeds give equal texts anyway, equal texts say nothing.
  return seed?.other === true ? 'taken' : 'unknown'
}

function isRefusal(code: string): boolean {
  return code === 'parameter' || code === 'http_400' || code === 'http_422'
}
