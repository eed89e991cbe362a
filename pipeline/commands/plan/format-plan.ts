import { ratesOf } from '../../../teachers/cost/price.ts'
import { bytes, count, duration, money, percent } from '../../reporter/amounts.ts'
import { plainTable } from '../../reporter/plain-table.ts'
import { wrap } from '../../reporter/side-by-side.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { Ahead } from './ahead.ts'
import { classifierNote } from './classifier.ts'
import type { Forecast } from './forecast.ts'
import type { Times } from './pilot-time.ts'
import type { Losses } from './losses.ts'
import { rangeOf, reasonList } from './figures.ts'
import { advice, type PilotResult } from './advice.ts'
import type { Setting } from './settings.ts'
import { wilson } from '../../../filters/group/rate.ts'

/** What `plan` tells. */
export type PlanResult = {
  recipe: string
  ahead: Ahead
  /** Only after a pilot. */
  pilot?: PilotResult
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
      fitted(settingsText),
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
  const unpriced = [
    ...new Set(
      arms
        .filter(({ endpoint, model }) => !ratesOf(recipe.endpoints[endpoint]?.price, model))
        .map(({ endpoint }) => endpoint),
    ),
  ]
  return [
    `${count(problems)} problems after the problem filters${recipe.select ? `, of which as many are asked as ${count(recipe.select.pairs)} pairs take` : ''}. Prompts are counted over some of them; "at most" is every answer at its limit; retries, and prompts that are sent again, are left out.`,
    judges.length > 0
      ? `Judges (${judges.map(({ model }) => model).join(', ')}) may be asked for up to ${count(judges[0]!.most_requests)} answers each; how many is known after a pilot.`
      : '',
    classifierNote(recipe),
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
    ...(forecast.waves.high > 1 ? [['waves', ...rangeOf(forecast.waves, count)]] : []),
    ['cost of a pair', ...(usd_per_pair ? rangeOf(usd_per_pair, money) : ['unknown', ''])],
    [
      'time',
      ...(forecast.seconds ? rangeOf(forecast.seconds, duration) : ['unknown', 'no answer was timed']),
    ],
    ['disk', ...rangeOf(forecast.disk_bytes, bytes)],
  )
  return table.toString()
}

function assumptions({ recipe }: RunContext, forecast: Forecast): string[] {
  const { spent, times } = forecast
  return [
    `Of this the pilot has taken ${count(spent.tokens)} tokens${spent.usd === null ? '' : `, ${money(spent.usd)}`}; its answers are kept and not asked again. The intervals are for problems like these: they hold what the draw of the pilot leaves open, with room at the upper end for one more answer that runs to its limit. Disk is journal and parts, the dataset comes to it.`,
    times ? timeText(recipe, times) : '',
  ].filter((part) => part !== '')
}

function timeText({ select }: RunContext['recipe'], { places, pace, once, isTimed }: Times): string {
  const each = places.map(
    (at) => `${at.endpoint} ${count(at.places)}${at.isSeen ? '' : ' (stated or usual, not seen)'}`,
  )
  const around = isTimed
    ? `${duration(once)} once for start, first requests and dataset, and ${duration(pace.after)} behind the last answer${select ? ' of each wave' : ''} as the pilot took, or more where that grows with the problems`
    : 'what comes before the first and behind the last answer is not in it, for this pilot had nothing left to ask'
  return `Time is that of the whole run from nothing, with as many requests at the same time as the pilot had (${each.join(', ')}) and answers as long as its own; a server whose speed differs by a tenth; ${around}; at least 5 ms of processor time for each 12 kB of answers (from \`npm run bench:distill\`).`
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
  const table = plainTable(['samples', 'pairs', 'tokens/pair', 'USD/pair', 'tokens/further pair'])
  for (const [index, each] of samples.entries())
    table.push([String(each.value), ...costs(each), furtherCost(each, samples[index - 1])])
  return table.toString()
}

/** What each pair took that only the last of so many samples brought. */
function furtherCost(now: Setting, before: Setting | undefined): string {
  if (!before || before.pairs === 0 || now.pairs <= before.pairs) return '–'
  return count((tokensOf(now) - tokensOf(before)) / (now.pairs - before.pairs))
}

function tokensOf({ pairs, tokens_per_pair }: Setting): number {
  return pairs * (tokens_per_pair ?? 0)
}

const settingsText =
  'These say what would have become of the pilot if its answers had been cut at that limit, or only so many samples of each arm had been asked; prompts are counted, judges are not.'

function costs({ pairs, tokens_per_pair, usd_per_pair }: Setting): string[] {
  return [
    count(pairs),
    tokens_per_pair === null ? '–' : count(tokens_per_pair),
    usd_per_pair === null ? '–' : money(usd_per_pair),
  ]
}
