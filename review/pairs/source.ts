import type { ReviewPair } from './pair.ts'

/** The part of a pair that drawing and filtering depend on; texts are not read for it. */
export type PairNote = {
  id: string
  domain: string
  source: string
  task: string
  difficulty: string
  /** Empty for a pair; otherwise why the problem has none. */
  lost: string
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
  /** Every pair and every problem without one, a note at a time. */
  notes(): AsyncIterable<PairNote>
  /** @returns `undefined` where there is no such pair */
  read(id: string): Promise<ReviewPair | undefined>
}
