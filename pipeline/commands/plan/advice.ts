import type { RunContext } from '../../recipe/run-context.ts'
import { count, money, percent } from '../../reporter/amounts.ts'
import type { Forecast } from './forecast.ts'
import type { Losses } from './losses.ts'
import { advised, cheapest, hasOneLimit, lowestOfAll, type Setting } from './settings.ts'

/** What a pilot brought. */
export type PilotResult = { forecast: Forecast; losses: Losses; limits: Setting[]; samples: Setting[] }

/** What the pilot speaks for: limits, samples, and a budget. */
export function advice(context: RunContext, pilot: PilotResult): string {
  const { forecast, losses } = pilot
  const parts = [
    ...limitAdvice(context, pilot),
    ...samplesAdvice(pilot),
    ...(losses.pairs.paired === 0
      ? ['no problem of the pilot became a pair: look at the reasons above before you ask more']
      : []),
    budgetAdvice(context.recipe.budget, forecast),
  ]
  return `Advice: ${parts.join('; ')}.`
}

/** More than so many answers cut off is too many. Our own number. */
const mayBeCut = 0.05

/** From so much on the upper end of the tokens is a matter of answers that never end. Our own number. */
const wideEnd = 1.5

function limitAdvice({ arms }: RunContext, { forecast, losses, limits }: PilotResult): string[] {
  const cut = losses.arms.filter((arm) => arm.cut > mayBeCut * arm.samples)
  if (cut.length > 0)
    return [
      `more than one answer in twenty of ${cut.map(({ arm }) => arm).join(', ')} was cut at the limit: raise its max_tokens, or set \`truncated: {policy: raise, …}\``,
    ]
  const setting = ({ value }: Setting): string => {
    const longer = arms.filter((arm) => hasOneLimit(arm) && (arm.sampling.max_tokens ?? 0) > value)
    return `max_tokens: ${value} for ${longer.map(({ name }) => name).join(', ')}`
  }
  const limit = advised(limits)
  if (limit) return [`${setting(limit)} ${kept(limit, limits.at(-1)!)}`]
  const guard = lowestOfAll(limits)
  if (!guard || forecast.tokens.high < wideEnd * forecast.tokens.expected) return []
  return [
    `${setting(guard)} would have lost no pair, and takes the room for answers without an end out of the upper end`,
  ]
}

/** A price for a pair that is lower by so much is worth a word even where pairs are lost. Our own number. */
const muchCheaper = 0.9

function samplesAdvice({ losses, samples }: PilotResult): string[] {
  const all = samples.at(-1)
  if (!all) return []
  const few = advised(samples)
  if (few) return [`samples: ${few.value} ${kept(few, all)}`]
  const cheap = cheapest(samples)
  if (!cheap || cheap.tokens_per_pair! > muchCheaper * all.tokens_per_pair!) return []
  return [
    `samples: ${cheap.value} takes ${count(cheap.tokens_per_pair!)} instead of ${count(all.tokens_per_pair!)} tokens a pair, but only ${cheap.pairs} instead of ${all.pairs} of ${losses.pairs.problems} problems become pairs: it is for sets with problems to spare`,
  ]
}

function kept(setting: Setting, now: Setting): string {
  return `keeps ${setting.pairs} of the ${now.pairs} pairs, at ${count(setting.tokens_per_pair!)} instead of ${count(now.tokens_per_pair!)} tokens a pair`
}

function budgetAdvice(budget: RunContext['recipe']['budget'], { usd, tokens }: Forecast): string {
  const { range, stated, name, written } =
    usd && usd.high > 0
      ? { range: usd, stated: budget?.usd, name: 'usd', written: money }
      : { range: tokens, stated: budget?.tokens, name: 'tokens', written: count }
  const enough = roundedUp(range.high)
  if (stated === undefined) return `budget: {${name}: ${enough}} is enough in 19 of 20 cases`
  if (stated >= range.high) return `the budget of ${written(stated)} is enough in 19 of 20 cases`
  const share = Math.min(1, stated / range.expected)
  return `the budget of ${written(stated)} may end the run early: it is expected to cover ${percent(share)} of it; budget: {${name}: ${enough}} is enough in 19 of 20 cases`
}

/** To two digits, upwards. */
function roundedUp(value: number): number {
  if (value <= 0) return 0
  const step = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.ceil(value / step) * step).toPrecision(3))
}
