import type { RunContext } from '../../recipe/run-context.ts'
import { count, money, percent } from '../../reporter/amounts.ts'
import type { Forecast } from './forecast.ts'
import type { Losses } from './losses.ts'
import { advised, type Setting } from './settings.ts'

/** What a pilot brought. */
export type PilotResult = { forecast: Forecast; losses: Losses; limits: Setting[]; samples: Setting[] }

/** What the pilot speaks for: limits, samples, and a budget. */
export function advice({ recipe }: RunContext, { forecast, losses, limits, samples }: PilotResult): string {
  const parts: string[] = []
  const limit = advised(limits)
  const now = limits.at(-1)
  const cut = losses.arms.filter((arm) => arm.cut > 0.05 * arm.samples)
  if (cut.length > 0)
    parts.push(
      `more than one answer in twenty of ${cut.map(({ arm }) => arm).join(', ')} was cut at the limit: raise its max_tokens, or set \`truncated: {policy: raise, …}\``,
    )
  else if (limit && now && limit.value < now.value)
    parts.push(
      `max_tokens: ${limit.value} keeps ${limit.pairs} of the ${now.pairs} pairs, at ${count(limit.tokens_per_pair!)} instead of ${count(now.tokens_per_pair!)} tokens a pair`,
    )
  const few = advised(samples)
  const all = samples.at(-1)
  if (few && all && few.value < all.value)
    parts.push(
      `samples: ${few.value} keeps ${few.pairs} of the ${all.pairs} pairs, at ${count(few.tokens_per_pair!)} instead of ${count(all.tokens_per_pair!)} tokens a pair`,
    )
  if (losses.pairs.paired === 0)
    parts.push('no problem of the pilot became a pair: look at the reasons above before you ask more')
  parts.push(budgetAdvice(recipe.budget, forecast))
  return `Advice: ${parts.join('; ')}.`
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
