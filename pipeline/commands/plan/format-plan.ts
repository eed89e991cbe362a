import { plainTable } from '../../reporter/plain-table.ts'
import { wrap } from '../../reporter/side-by-side.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { Ahead } from './ahead.ts'
import type { Forecast } from './forecast.ts'
import type { Losses } from './losses.ts'
import { bytes, count, duration, money, percent, rangeOf, reasonList } from './figures.ts'
import { advised, type Setting } from './settings.ts'
import { wilson } from '../../../filters/group/rate.ts'

/** What `plan` tells. */
export type PlanResult = {
  recipe: string
  ahead: Ahead
  /** Only after a pilot. */
  pilot?: { forecast: Forecast; losses: Losses; limits: Setting[]; samples: Setting[] }
}

export function formatPlan(
  context: RunContext,
  { ahead, pilot }: PlanResult,
  { recipePath, width }: { recipePath: string; width: number },
): string {
  const fitted = (text: string): string => wrap(text, width).join('\n')
  const parts = [boundsTable(ahead), ...notes(context, ahead).map(fitted)]
  if (pilot)
    parts.push(
      forecastTable(pilot.forecast),
      ...assumptions(context, pilot.forecast).map(fitted),
      lossTable(pilot.losses),
      ...lossLines(pilot.losses).map(fitted),
      limitTable(pilot.limits),
      sampleTable(pilot.samples),
      fitted(advice(context, pilot)),
    )
  else
    parts.push(
      fitted(
        `How long answers are, what is lost and what it costs is not known before some are asked: npm run plan -- ${recipePath} --pilot`,
      ),
    )
  return parts.filter((part) => part !== '').join('\n\n')
}

function boundsTable({ arms }: Ahead): string {
  const table = plainTable(['before asking', 'requests', 'prompt', 'longest answer', 'at most', 'USD'])
  for (const arm of arms)
    table.push([
      arm.arm,
      count(arm.samples) + (arm.most_samples > arm.samples ? ` to ${count(arm.most_samples)}` : ''),
      `${count(arm.prompt_tokens)} tok`,
      arm.max_tokens === null ? 'no limit' : `${count(arm.max_tokens)} tok`,
      arm.most_tokens === null ? 'unknown' : `${count(arm.most_tokens)} tok`,
      arm.most_usd === null ? 'unknown' : money(arm.most_usd),
    ])
  return table.toString()
}

function notes({ recipe }: RunContext, { problems, judges, arms }: Ahead): string[] {
  const unpriced = [...new Set(arms.filter((arm) => arm.most_usd === null).map(({ endpoint }) => endpoint))]
  return [
    `${count(problems)} problems after the problem filters${recipe.select ? `, of which as many are asked as ${count(recipe.select.pairs)} pairs take` : ''}. Prompts are counted over some of them; "at most" is every answer at its limit; retries, and prompts that are sent again, are left out.`,
    judges.length > 0
      ? `Judges (${judges.map(({ model }) => model).join(', ')}) may be asked for up to ${count(judges[0]!.most_requests)} answers each; how many is known after a pilot.`
      : '',
    unpriced.length > 0
      ? `No price is known for ${unpriced.join(', ')}: state \`endpoints.${unpriced[0]}.price\` to have the cost.`
      : '',
  ].filter((part) => part !== '')
}

function forecastTable({ pilot, population, ...forecast }: Forecast): string {
  const table = plainTable([
    `forecast from ${count(pilot)} of ${count(population)} problems`,
    'expected',
    '90 % interval',
  ])
  const { usd, usd_per_pair } = forecast
  table.push(
    ['problems asked', ...rangeOf(forecast.problems, count)],
    ['requests', ...rangeOf(forecast.requests, count)],
    ['tokens', ...rangeOf(forecast.tokens, count)],
    ['cost', ...(usd ? rangeOf(usd, money) : ['unknown', 'no price'])],
    ['accepted pairs', ...rangeOf(forecast.pairs, count)],
    ['cost of a pair', ...(usd_per_pair ? rangeOf(usd_per_pair, money) : ['unknown', ''])],
    ['time', ...rangeOf(forecast.seconds, duration)],
    ['disk', ...rangeOf(forecast.disk_bytes, bytes)],
  )
  return table.toString()
}

function assumptions({ recipe }: RunContext, { spent }: Forecast): string[] {
  const unsaid = Object.entries(recipe.endpoints).filter(([, each]) => each.max_in_flight === undefined)
  return [
    `Of this the pilot has taken ${count(spent.tokens)} tokens${spent.usd === null ? '' : `, ${money(spent.usd)}`}; its answers are kept and not asked again. The intervals are for problems like these: they hold what the draw of the pilot leaves open, and for time a server whose speed differs by a tenth. Time is that of the slowest endpoint with all its places in use${unsaid.length > 0 ? ` (taken to be 64 where \`max_in_flight\` is not stated: ${unsaid.map(([name]) => name).join(', ')})` : ''}; disk is journal and parts, the dataset comes to it.`,
  ]
}

function lossTable({ arms }: Losses): string {
  const table = plainTable(['pilot', 'answers', 'correct', '95 %', 'cut', 'kept', 'median', 'p90 tokens'])
  for (const arm of arms) {
    const rate = arm.checked > 0 ? wilson({ correct: arm.correct, checked: arm.checked }) : undefined
    table.push([
      arm.arm,
      count(arm.samples),
      `${arm.correct} of ${arm.checked}`,
      rate ? `${percent(rate.low)} to ${percent(rate.high)}` : 'unknown',
      count(arm.cut),
      count(arm.kept),
      count(arm.median_tokens),
      count(arm.p90_tokens),
    ])
  }
  return table.toString()
}

function lossLines({ arms, pairs }: Losses): string[] {
  return [
    ...arms
      .filter(({ lost }) => Object.keys(lost).length > 0)
      .map(({ arm, lost }) => `${arm}: lost ${reasonList(lost)}`),
    `pairs: ${pairs.paired} of ${pairs.problems} problems${Object.keys(pairs.lost).length > 0 ? `; lost ${reasonList(pairs.lost)}` : ''}`,
  ]
}

function limitTable(limits: readonly Setting[]): string {
  if (limits.length === 0) return ''
  const arms = Object.keys(limits[0]!.lost)
  const table = plainTable([
    'max_tokens',
    ...arms.map((arm) => `${arm} lost`),
    'pairs',
    'tokens/pair',
    'USD/pair',
  ])
  for (const each of limits)
    table.push([count(each.value), ...arms.map((arm) => percent(each.lost[arm]!)), ...costs(each)])
  return table.toString()
}

function sampleTable(samples: readonly Setting[]): string {
  if (samples.length < 2) return ''
  const table = plainTable(['samples', 'pairs', 'tokens/pair', 'USD/pair'])
  for (const each of samples) table.push([String(each.value), ...costs(each)])
  return table.toString()
}

function costs({ pairs, tokens_per_pair, usd_per_pair }: Setting): string[] {
  return [
    count(pairs),
    tokens_per_pair === null ? '–' : count(tokens_per_pair),
    usd_per_pair === null ? '–' : money(usd_per_pair),
  ]
}

function advice(
  { recipe }: RunContext,
  { forecast, losses, limits, samples }: Required<PlanResult>['pilot'],
): string {
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
