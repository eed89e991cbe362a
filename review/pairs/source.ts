import type { ReviewPair } from './pair.ts'

/** What random pairs are drawn by: narrow columns of two parts, whatever the answers hold. */
export type PairPlace = {
  id: string
  domain: string
  source: string
  /** Empty for a pair; otherwise why the problem has none. */
  lost: string
}

/** The part of a pair that risks depend on; texts are not read for it. */
export type PairNote = PairPlace & {
  task: string
  difficulty: string
  /** Reasons against its answers, where it has no pair. */
  dropped: readonly string[]
  gold_suspect: boolean
  /** Whether a judge had a say in a verdict. */
  judged: boolean
  verdicts: readonly string[]
  /** Reasoning and answers of all arms together. */
  tokens: number
  /** How near a value comes to the threshold that would drop it: 0 at the threshold; `null` where nothing is near. */
  near: number | null
}

/** Where pairs come from: a run, a dataset folder. */
export type PairSource = {
  /** What a reviewer calls it. */
  name: string
  /** The folder of its reviews. */
  reviews: string
  /** Every pair and every problem without one, where it stands. */
  places(): AsyncIterable<PairPlace>
  /** The same in the same order, with what its answers measure. */
  notes(): AsyncIterable<PairNote>
  /** @returns `undefined` where there is no such pair */
  read(id: string): Promise<ReviewPair | undefined>
}
