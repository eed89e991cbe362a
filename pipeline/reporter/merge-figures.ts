import type { ArmFigures, Figures, FinishedSamples, Pace } from '../../schemas/progress.ts'
import { etaOf } from './pace.ts'
import { overall } from './tally.ts'

/** What a process of a run says: everything that it knows to be done, and of that what it did itself. */
export type ToldFigures = { figures: Figures; own?: Figures | undefined }

/**
 * The figures of several processes on one run as those of one. Each of them counts the whole work ahead; what each did itself
 * adds up, and it is no less than what any of them knows to be done: by earlier starts, too.
 */
export function mergeFigures(told: readonly [ToldFigures, ...ToldFigures[]]): Figures {
  const [{ figures: first }] = told
  if (told.length === 1) return first
  const each = told.map(({ figures, own }) => own ?? figures)
  const known = told.map(({ figures }) => figures)
  const sum = (of: (figures: Figures) => number): number => each.reduce((total, one) => total + of(one), 0)
  const most = (of: (figures: Figures) => number): number => Math.max(...each.map(of))
  const names = [...new Set(each.flatMap(({ arms }) => arms.map(({ arm }) => arm)))]
  const arms = names.map((name) => mergeArms(armsOf(each, name), armsOf(known, name)))
  const shardsTotal = most((figures) => figures.shards_total)
  return {
    command: first.command,
    elapsed_seconds: most((figures) => figures.elapsed_seconds),
    shards: Math.min(
      shardsTotal,
      Math.max(
        sum(({ shards }) => shards),
        ...known.map(({ shards }) => shards),
      ),
    ),
    shards_total: shardsTotal,
    pairs: Math.max(
      sum(({ pairs }) => pairs),
      ...known.map(({ pairs }) => pairs),
    ),
    ...(each.some(({ wave }) => wave !== undefined) && { wave: most(({ wave }) => wave ?? 0) }),
    in_flight_limit: sum((figures) => figures.in_flight_limit),
    budget: mergeBudgets(each),
    ...overall(arms),
    arms,
  }
}

function armsOf(figures: readonly Figures[], name: string): ArmFigures[] {
  return figures.flatMap(({ arms }) => arms.filter(({ arm }) => arm === name))
}

function mergeArms(each: readonly ArmFigures[], known: readonly ArmFigures[]): ArmFigures {
  const [first] = each as [ArmFigures]
  const sum = (of: (arm: ArmFigures) => number): number => each.reduce((total, one) => total + of(one), 0)
  const totals = each.map((arm) => arm.samples_total).filter((total) => total !== null)
  const total = totals.length === 0 ? null : Math.max(...totals)
  const samples = Math.min(
    total ?? Infinity,
    Math.max(
      sum((arm) => arm.samples),
      ...known.map((arm) => arm.samples),
    ),
  )
  const pace = joinPaces(each.map((arm) => arm.pace))
  const errors: Record<string, number> = {}
  for (const arm of each)
    for (const [name, count] of Object.entries(arm.errors)) errors[name] = (errors[name] ?? 0) + count
  const finished = { ...first.finished }
  for (const arm of each.slice(1)) addFinished(finished, arm.finished)
  for (const one of Object.keys(finished) as (keyof FinishedSamples)[])
    finished[one] = Math.max(finished[one], ...known.map((arm) => arm.finished[one]))
  return {
    arm: first.arm,
    samples,
    samples_total: total,
    known: Math.min(
      samples,
      sum((arm) => arm.known),
    ),
    in_flight: sum((arm) => arm.in_flight),
    requests: sum((arm) => arm.requests),
    failed: sum((arm) => arm.failed),
    truncated: sum((arm) => arm.truncated),
    errors,
    prompt_tokens: sum((arm) => arm.prompt_tokens),
    completion_tokens: sum((arm) => arm.completion_tokens),
    cost_usd: sum((arm) => arm.cost_usd),
    pace,
    eta: total === null ? null : etaOf(total - samples, pace),
    finished,
  }
}

/** What was spent before any of them began counts once, what each of them spent since counts for each. */
function mergeBudgets(each: readonly Figures[]): Figures['budget'] {
  const known = each.filter((figures) => figures.budget !== null)
  if (known.length === 0) return null
  const total = (own: (figures: Figures) => number, spent: (figures: Figures) => number): number =>
    Math.max(0, ...known.map((figures) => spent(figures) - own(figures))) +
    known.reduce((sum, figures) => sum + own(figures), 0)
  return {
    ...known[0]!.budget!,
    spent_usd: total(
      (figures) => figures.cost_usd,
      (figures) => figures.budget!.spent_usd,
    ),
    spent_tokens: total(tokensOf, (figures) => figures.budget!.spent_tokens),
  }
}

function tokensOf({ arms }: Figures): number {
  return arms.reduce((sum, arm) => sum + arm.prompt_tokens + arm.completion_tokens, 0)
}

function joinPaces(paces: readonly (Pace | null)[]): Pace | null {
  const known = paces.filter((pace) => pace !== null)
  if (known.length === 0) return null
  const sum = (of: (pace: Pace) => number): number => known.reduce((total, pace) => total + of(pace), 0)
  const compared = known.every((pace) => pace.batches > 0)
  return {
    answers_per_second: sum((pace) => pace.answers_per_second),
    tokens_per_second: sum((pace) => pace.tokens_per_second),
    spread: Math.sqrt(sum((pace) => pace.spread ** 2)),
    batch_seconds: compared ? Math.max(...known.map((pace) => pace.batch_seconds)) : 0,
    batches: compared ? Math.min(...known.map((pace) => pace.batches)) : 0,
  }
}

function addFinished(sum: FinishedSamples, more: FinishedSamples): void {
  for (const each of Object.keys(sum) as (keyof FinishedSamples)[]) sum[each] += more[each]
}
