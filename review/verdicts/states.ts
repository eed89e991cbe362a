import type { ReviewLine } from '../../schemas/review.ts'

/** What a reviewer thinks of a pair now: what is left of their lines after every undo. */
export type ReviewState = {
  pair_id: string
  reviewer: string
  /** Of the last line that holds. */
  at: string
  verdict?: 'accept' | 'reject'
  reason?: string
  note?: string
  flag?: boolean
  /** Of the verdict. */
  content_hash?: string
  /** How the pair came to be judged: `random`, or the name of a risk. */
  why?: string
}

/** All reviews of a folder, kept up to date by adding the lines that are written. */
export type Reviews = {
  add(line: ReviewLine): void
  /** Of one pair, by reviewer. */
  of(pair: string): ReadonlyMap<string, ReviewState>
  pairs(): Iterable<string>
  /** The last line of a reviewer that holds and is about a pair that is shown; what an undo would take back. */
  lastOf(reviewer: string, among: (pair: string) => boolean): ReviewLine | undefined
  reviewers(): string[]
}

export function openReviews(lines: Iterable<ReviewLine> = []): Reviews {
  const stacks = new Map<string, Map<string, ReviewLine[]>>()
  const states = new Map<string, Map<string, ReviewState>>()
  const reviewers = new Set<string>()

  function add(line: ReviewLine): void {
    const { pair_id, reviewer } = line
    reviewers.add(reviewer)
    const ofPair = stacks.get(pair_id) ?? new Map<string, ReviewLine[]>()
    stacks.set(pair_id, ofPair)
    const own = ofPair.get(reviewer) ?? []
    ofPair.set(reviewer, own)
    own.push(line)
    states.delete(pair_id)
  }

  function of(pair: string): ReadonlyMap<string, ReviewState> {
    const known = states.get(pair)
    if (known) return known
    const fresh = new Map<string, ReviewState>()
    for (const [reviewer, own] of stacks.get(pair) ?? []) {
      const state = stateOf(standing(own))
      if (state) fresh.set(reviewer, state)
    }
    states.set(pair, fresh)
    return fresh
  }

  for (const line of lines) add(line)
  return {
    add,
    of,
    pairs: () => stacks.keys(),
    reviewers: () => [...reviewers].sort(),
    lastOf(reviewer, among) {
      let last: ReviewLine | undefined
      for (const [pair, ofPair] of stacks) {
        if (!among(pair)) continue
        const top = standing(ofPair.get(reviewer) ?? []).at(-1)
        if (top && (!last || timeOf(top) >= timeOf(last))) last = top
      }
      return last
    },
  }
}

/** The lines that no undo has taken back, oldest first. Lines of one time keep the order in which they were read. */
function standing(lines: readonly ReviewLine[]): ReviewLine[] {
  const stack: ReviewLine[] = []
  for (const line of lines.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    if (line.undo) stack.pop()
    else stack.push(line)
  }
  return stack
}

function stateOf(lines: readonly ReviewLine[]): ReviewState | undefined {
  const last = lines.at(-1)
  if (!last) return undefined
  const judged = lines.findLast(({ verdict }) => verdict !== undefined)
  const note = lines.findLast((line) => line.note !== undefined)?.note
  const flag = lines.findLast((line) => line.flag !== undefined)?.flag
  return {
    pair_id: last.pair_id,
    reviewer: last.reviewer,
    at: last.at,
    ...(judged?.verdict !== undefined && { verdict: judged.verdict }),
    ...(judged?.reason !== undefined && { reason: judged.reason }),
    ...(judged?.content_hash !== undefined && { content_hash: judged.content_hash }),
    ...(judged?.sample && { why: judged.sample.why }),
    ...(note !== undefined && { note }),
    ...(flag !== undefined && { flag }),
  }
}

/** Verdicts on a pair that hold for what it says now, by reviewer. */
export function verdictsOf(
  states: ReadonlyMap<string, ReviewState>,
  contentHash: string | undefined,
): Map<string, 'accept' | 'reject'> {
  const valid = new Map<string, 'accept' | 'reject'>()
  for (const [reviewer, { verdict, content_hash }] of states) {
    const isVoid = content_hash !== undefined && contentHash !== undefined && content_hash !== contentHash
    if (verdict !== undefined && !isVoid) valid.set(reviewer, verdict)
  }
  return valid
}

function timeOf({ at }: ReviewLine): number {
  return Date.parse(at)
}
