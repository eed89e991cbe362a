import type { Probe, Taken } from '../../schemas/probe.ts'
import { isObject } from '../json.ts'
import { answeredOf, ofPurpose, writtenText, type Observed } from './observed.ts'
import type { ProbePurpose } from './probe-calls.ts'

type Effects = Pick<Probe, 'n' | 'seed' | 'top_k' | 'min_p'>

/** Whether `n`, the seed, `top_k` and `min_p` do what they are for; `null` for what was not asked. */
export function concludeEffects(observed: readonly Observed[]): Effects {
  const seed = concludeSeed(observed)
  const top_k = concludeGreedy(observed, ['top_k', 'top_k_other_seed'], seed)
  return {
    n: concludeSeveral(ofPurpose(observed, 'several')[0]),
    seed,
    top_k,
    min_p:
      top_k === 'taken' ? concludeGreedy(observed, ['top_k', 'min_p'], seed) : concludeChange(observed, seed),
  }
}

function concludeSeveral(several: Observed | undefined): Taken | null {
  if (several === undefined) return null
  if (!several.ok) return isRefusal(several.code) ? 'refused' : 'unknown'
  const choices = isObject(several.body) ? several.body['choices'] : undefined
  return Array.isArray(choices) && choices.length >= 2 ? 'taken' : 'no_effect'
}

function concludeSeed(observed: readonly Observed[]): Probe['seed'] {
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
function concludeGreedy(
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

/**
 * Without a text that is known to be the likeliest one: what `min_p` leaves of the choice is another text than the same
 * seed gives without it, if the server listens.
 */
function concludeChange(observed: readonly Observed[], seed: Probe['seed']): Taken | null {
  const [filtered] = ofPurpose(observed, 'min_p')
  if (filtered === undefined) return null
  if (!filtered.ok) return isRefusal(filtered.code) ? 'refused' : 'unknown'
  // Only a seed that holds its text and no other makes a difference or its absence a sign.
  if (seed?.same !== true || seed.other !== true) return 'unknown'
  const texts = new Set(answeredOf(observed, 'cut', 'min_p').map(({ body }) => writtenText(body)))
  return texts.size > 1 ? 'taken' : 'no_effect'
}

function isRefusal(code: string): boolean {
  return code === 'parameter' || code === 'http_400' || code === 'http_422'
}
