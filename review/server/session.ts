import { sha256 } from '../../schemas/canonical.ts'
import { ReviewLine, type RejectReason } from '../../schemas/review.ts'
import { orderFor, type Drawn, type Sample } from '../draw/draw-sample.ts'
import type { ReviewPair } from '../pairs/pair.ts'
import type { PairSource } from '../pairs/source.ts'
import { agreementOf } from '../verdicts/agreement.ts'
import { lowerBound, upperBound } from '../verdicts/binomial.ts'
import { countRandom } from '../verdicts/count-random.ts'
import { gateState, percent, type GateState, type GateWish } from '../verdicts/gate.ts'
import { addReviewLine, readReviews } from '../verdicts/review-lines.ts'
import { verdictsOf, type ReviewState } from '../verdicts/states.ts'

export type SessionOptions = {
  source: PairSource
  sample: Sample
  seed: number
  /** What the gate before a push wants; none where the recipe states none. */
  gate: GateWish | undefined
  /** Share of the random pairs that every reviewer gets; of the others each gets those that nobody has reviewed. */
  doubleShare: number
  now: () => number
}

/** An act of a reviewer, as the page or the terminal sends it. */
export type Act = {
  pair_id: string
  reviewer: string
  verdict?: 'accept' | 'reject' | undefined
  reason?: RejectReason | undefined
  note?: string | undefined
  flag?: boolean | undefined
  seconds?: number | undefined
}

type ListedPair = Drawn & {
  verdict?: 'accept' | 'reject'
  reason?: string
  flag?: boolean
  hasNote?: boolean
  isVoid?: boolean
}

export type Overview = {
  name: string
  seed: number
  pairs: ListedPair[]
  progress: { done: number; total: number; rejected: number; sentence: string }
  gate: (GateState & { reviewed: number; defects: number }) | null
  agreement: string
}

export type Seen = {
  pair: ReviewPair
  drawn: Drawn
  own: ReviewState | undefined
  /** Of others; none before this reviewer has a verdict of their own. */
  others: ReviewState[]
  isVoid: boolean
}

/** So many pairs with their texts are kept, which is more than a sample has as a rule. */
const keptPairs = 600

/** One review of one sample, whoever looks at it and however it is shown. */
export async function openSession({ source, sample, seed, gate, doubleShare, now }: SessionOptions) {
  const reviews = await readReviews(source.reviews)
  const drawn = new Map([...sample.random, ...sample.risky].map((one) => [one.id, one]))
  const pairs = new Map<string, Promise<ReviewPair | undefined>>()
  const hashes = new Map<string, string>()
  let writing: Promise<unknown> = Promise.resolve()

  function read(id: string): Promise<ReviewPair | undefined> {
    let pair = pairs.get(id)
    if (!pair) {
      pair = readNoting(id)
      pairs.set(id, pair)
      if (pairs.size > keptPairs) pairs.delete(pairs.keys().next().value!)
    }
    return pair
  }

  async function readNoting(id: string): Promise<ReviewPair | undefined> {
    const found = await source.read(id)
    if (found) hashes.set(id, found.content_hash)
    return found
  }

  /** Every overview asks for it, also of pairs whose texts are no longer kept. */
  async function hashOf(id: string): Promise<string | undefined> {
    return hashes.get(id) ?? (await read(id))?.content_hash
  }

  /** Acts are written one after the other, so that times and files agree. */
  function record(line: ReviewLine): Promise<void> {
    const before = writing
    const written = (async () => {
      await before
      await addReviewLine(source.reviews, line)
      reviews.add(line)
    })()
    writing = written.catch(() => undefined)
    return written
  }

  function isForAll(id: string): boolean {
    return Number.parseInt(sha256(`double ${seed} ${id}`).slice(0, 8), 16) / 2 ** 32 < doubleShare
  }

  /** Pairs of this reviewer: those for all, and of the others those that nobody else has judged. */
  function listFor(reviewer: string): Drawn[] {
    const own = [...sample.random, ...sample.risky].filter(({ id }) => {
      const states = reviews.of(id)
      if (isForAll(id) || states.get(reviewer)?.verdict !== undefined) return true
      return verdictsOf(states, hashes.get(id)).size === 0
    })
    return orderFor(reviewer, seed, own)
  }

  async function overview(reviewer: string): Promise<Overview> {
    const listed: ListedPair[] = []
    for (const one of listFor(reviewer)) {
      const state = reviews.of(one.id).get(reviewer)
      if (state?.content_hash !== undefined) await hashOf(one.id)
      const verdict = state && verdictsOf(new Map([[reviewer, state]]), hashes.get(one.id)).get(reviewer)
      listed.push({
        ...one,
        ...(verdict && { verdict }),
        ...(verdict && state?.reason !== undefined && { reason: state.reason }),
        ...(state?.flag === true && { flag: true }),
        ...(state?.note !== undefined && state.note !== '' && { hasNote: true }),
        ...(state?.verdict !== undefined && verdict === undefined && { isVoid: true }),
      })
    }
    const count = await countRandom(sample, reviews, hashOf)
    const double = Array.from(drawn.keys(), (id) =>
      Array.from(verdictsOf(reviews.of(id), hashes.get(id)).values()),
    )
    return {
      name: source.name,
      seed,
      pairs: listed,
      progress: progressOf(listed),
      gate: gate ? { ...gateState(gate, count), reviewed: count.reviewed, defects: count.defects } : null,
      agreement: agreementOf(double).sentence,
    }
  }

  return {
    reviewers: () => reviews.reviewers(),
    overview,
    read,
    /** @returns `undefined` for a pair that is not in the sample */
    async see(id: string, reviewer: string): Promise<Seen | undefined> {
      const one = drawn.get(id)
      const pair = one && (await read(id))
      if (!one || !pair) return undefined
      const states = reviews.of(id)
      const own = states.get(reviewer)
      const isVoid = own?.verdict !== undefined && !verdictsOf(states, pair.content_hash).has(reviewer)
      const mayKnow = own?.verdict !== undefined && !isVoid
      const others = mayKnow ? [...states.values()].filter((state) => state.reviewer !== reviewer) : []
      return { pair, drawn: one, own, others, isVoid }
    },
    /** Stores an act; on disk when it returns. */
    async act({ pair_id, ...given }: Act): Promise<boolean> {
      const one = drawn.get(pair_id)
      const pair = one && (await read(pair_id))
      if (!one || !pair) return false
      await record(
        ReviewLine.parse({
          pair_id,
          ...given,
          at: new Date(now()).toISOString(),
          sample: { seed, stratum: one.stratum, why: one.why },
          blind: true,
          content_hash: pair.content_hash,
        }),
      )
      return true
    },
    /** Takes the last act of a reviewer back. @returns the pair that it was about */
    async undo(reviewer: string): Promise<string | undefined> {
      const last = reviews.lastOf(reviewer, (pair) => drawn.has(pair))
      if (!last) return undefined
      await record({ pair_id: last.pair_id, reviewer, at: new Date(now()).toISOString(), undo: true })
      return last.pair_id
    },
    /** Pairs of the sample in which a text stands, upper or lower case. */
    async search(text: string): Promise<string[]> {
      const wanted = text.toLowerCase()
      const found: string[] = []
      for (const id of drawn.keys()) {
        const pair = await read(id)
        if (pair && textsOf(pair).some((one) => one.toLowerCase().includes(wanted))) found.push(id)
      }
      return found
    },
  }
}

export type Session = Awaited<ReturnType<typeof openSession>>

function textsOf({ id, prompt, reference, answers }: ReviewPair): string[] {
  return [
    id,
    prompt,
    ...reference,
    ...answers.flatMap(({ reasoning, answer, verdict }) => [reasoning, answer, verdict.extracted]),
  ]
}

function progressOf(pairs: readonly ListedPair[]): Overview['progress'] {
  const random = pairs.filter(({ why }) => why === 'random')
  const judged = random.filter(({ verdict }) => verdict !== undefined)
  const rejected = judged.filter(({ verdict }) => verdict === 'reject').length
  const done = pairs.filter(({ verdict }) => verdict !== undefined).length
  const risky = pairs.length - random.length
  const [low, high] = [lowerBound, upperBound].map((bound) =>
    judged.length === 0 ? 0 : bound(rejected, judged.length, 0.975),
  )
  return {
    done,
    total: pairs.length,
    rejected,
    sentence: [
      judged.length === 0
        ? 'no random pair judged yet'
        : `${rejected} of ${judged.length} random pairs rejected (${percent(rejected / judged.length)}; ${percent(low!)} to ${percent(high!)})`,
      ...(risky > 0 ? [`${risky} picked by risk, which do not count`] : []),
    ].join('; '),
  }
}
