/** The verdicts on one pair, of different reviewers. */
export type DoubleReview = readonly ('accept' | 'reject')[]

export type Agreement = {
  /** Pairs that two or more reviewers judged. */
  pairs: number
  /** Pairs among them that anybody rejected. */
  rejected: number
  /** Share of the pairs of verdicts that say the same; `null` without any. */
  raw: number | null
  /** Of the rejects, the share that another reviewer agrees with; `null` without any. */
  on_rejects: number | null
  /** Gwet's AC1 with its interval at 95 %; `null` without any. */
  ac1: { value: number; low: number; high: number } | null
  sentence: string
}

/** With fewer rejects no figure says whether reviewers agree about them. */
const fewRejects = 5

/**
 * How far reviewers agree. Cohen's kappa falls to nothing where nearly everything is accepted, however well they agree;
 * AC1 (Gwet, British Journal of Mathematical and Statistical Psychology 61, 2008) does not. Its interval is a jackknife
 * over the pairs.
 */
export function agreementOf(reviews: readonly DoubleReview[]): Agreement {
  const double = reviews.filter((verdicts) => verdicts.length >= 2)
  const rejects = double.map((verdicts) => verdicts.filter((each) => each === 'reject').length)
  const rejected = rejects.filter((count) => count > 0).length
  if (double.length === 0)
    return {
      pairs: 0,
      rejected: 0,
      raw: null,
      on_rejects: null,
      ac1: null,
      sentence: 'no pair has two reviewers yet',
    }
  const items = double.map((verdicts, index) => ({ given: verdicts.length, rejects: rejects[index]! }))
  const raw = mean(items.map(agreeing))
  const value = ac1(items)
  const spread = jackknifeError(items)
  const pairsOfRejects = items.reduce((sum, { rejects, given }) => sum + rejects * (given - 1), 0)
  const on_rejects =
    pairsOfRejects === 0
      ? null
      : items.reduce((sum, { rejects }) => sum + rejects * (rejects - 1), 0) / pairsOfRejects
  const interval = {
    value,
    low: Math.max(-1, value - 1.96 * spread),
    high: Math.min(1, value + 1.96 * spread),
  }
  const figures = `${double.length} pairs with two reviewers or more: ${rounded(raw)} agree, AC1 ${rounded(value)} (${rounded(interval.low)} to ${rounded(interval.high)})`
  return {
    pairs: double.length,
    rejected,
    raw,
    on_rejects,
    ac1: interval,
    sentence:
      rejected < fewRejects
        ? `${figures}; too few rejects (${rejected}) to judge whether they agree on defects`
        : `${figures}; ${rounded(on_rejects ?? 0)} of the rejects are shared`,
  }
}

type Item = { given: number; rejects: number }

function agreeing({ given, rejects }: Item): number {
  const accepts = given - rejects
  return (rejects * (rejects - 1) + accepts * (accepts - 1)) / (given * (given - 1))
}

function ac1(items: readonly Item[]): number {
  const share = mean(items.map(({ given, rejects }) => rejects / given))
  const byChance = 2 * share * (1 - share)
  return (mean(items.map(agreeing)) - byChance) / (1 - byChance)
}

function jackknifeError(items: readonly Item[]): number {
  if (items.length < 2) return Infinity
  const left = items.map((_, out) => ac1(items.filter((_item, index) => index !== out)))
  const middle = mean(left)
  const sum = left.reduce((total, value) => total + (value - middle) ** 2, 0)
  return Math.sqrt((sum * (items.length - 1)) / items.length)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function rounded(value: number): string {
  return value.toFixed(2)
}
