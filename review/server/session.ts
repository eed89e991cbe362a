import { sha256 } from '../../schemas/canonical.ts'
import { ReviewLine, type RejectReason } from '../../schemas/review.ts'
import { orderFor, type Drawn, type Sample } from '../draw/draw-sample.ts'
import type { ReviewPair } from '../pairs/pair.ts'
import type { PairSource } from '../pairs/source.ts'
import { agreementOf } from '../verdicts/agreement.ts'
import { countRandom } from '../verdicts/count-random.ts'
import { gateState, type GateWish } from '../verdicts/gate.ts'
import { addReviewLine, readReviews } from '../verdicts/review-lines.ts'
import { verdictsOf, type ReviewState } from '../verdicts/states.ts'
import { keptPairs, openKeptPairs } from './kept-pairs.ts'
import { openQuiet } from './quiet.ts'
import { listedPair, progressOf, type ListedPair, type Overview } from './overview.ts'

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

export type Seen = {
  pair: ReviewPair
  drawn: Drawn
  own: ReviewState | undefined
  /** Of others; none before this reviewer has a verdict of their own. */
  others: ReviewState[]
  isVoid: boolean
}

/** One review of one sample, whoever looks at it and however it is shown. */
export async function openSession({ source, sample, seed, gate, doubleShare, now }: SessionOptions) {
  const reviews = await readReviews(source.reviews)
  const drawn = new Map([...sample.random, ...sample.risky].map((one) => [one.id, one]))
  const { read, hashOf, knownHash } = openKeptPairs(source)
  let writing: Promise<unknown> = Promise.resolve()
  const quiet = openQuiet()

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
      return verdictsOf(states, knownHash(id)).size === 0
    })
    return orderFor(reviewer, seed, own)
  }

  async function overview(reviewer: string): Promise<Overview> {
    const listed: ListedPair[] = []
    for (const one of listFor(reviewer)) {
      const state = reviews.of(one.id).get(reviewer)
      if (state?.content_hash !== undefined) await hashOf(one.id)
      listed.push(listedPair(one, state, knownHash(one.id)))
    }
    const count = await countRandom(sample, reviews, hashOf)
    const double = Array.from(drawn.keys(), (id) =>
      Array.from(verdictsOf(reviews.of(id), knownHash(id)).values()),
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
    /** Whoever asks is answered within this, so that reading ahead lets them go first. */
    answering: <Result>(work: () => Promise<Result>) => quiet.answering(work),
    /**
     * Reads the sample before anybody asks for it, so that a reviewer waits for no disk, and rests while somebody asks. What cannot
     * be read is told to whoever asks for it.
     */
    async readAhead(stop: AbortSignal): Promise<void> {
      // In the order of their ids, as they lie on disk.
      for (const id of [...drawn.keys()].sort().slice(0, keptPairs)) {
        await quiet.wait(stop)
        if (stop.aborted) return
        await read(id).catch(() => undefined)
      }
    },
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
    ...(reference ?? []),
    ...answers.flatMap(({ reasoning, answer, verdict }) => [reasoning, answer, verdict.extracted ?? '']),
  ]
}
