import { z } from 'zod'
import { ManifestFile } from './manifest.ts'

const count = z.int().nonnegative()

/** A problem by its place: a piece of the run, and how many problems stand before it in that piece. */
const Place = z.tuple([count, count])
export type Place = z.infer<typeof Place>

/** The shards that configurations which are cut together have of a stretch of problems: usually one each. */
const Stretch = z.strictObject({
  start: Place,
  /** The first problem behind it; null for the last stretch. */
  end: Place.nullable(),
  /** A hash of the digests of every piece that its rows and its end depend on. */
  inputs: z.string(),
  configurations: z.record(
    z.string(),
    z.strictObject({
      /** What its export was given, and how many rows came of it. */
      groups: count,
      samples: count,
      rows: count,
      /** Samples of pairs that reviewers took out. */
      withdrawn: count,
      files: z.array(ManifestFile),
      /** Of each file, what the caller counts of rows. */
      counts: z.array(z.unknown()),
    }),
  ),
})
export type Stretch = z.infer<typeof Stretch>

/** All stretches of configurations that are cut together, in order. */
const CutStretches = z.strictObject({
  /** Of everything but the problems that their shards depend on. */
  fingerprint: z.string(),
  stretches: z.array(Stretch),
})
export type CutStretches = z.infer<typeof CutStretches>

/** What is remembered of a dataset, so that the next one takes over the shards that would be the same. */
export const DatasetStretches = z.array(CutStretches)
export type DatasetStretches = z.infer<typeof DatasetStretches>

/** Whether a problem stands before another one. */
export function isBefore([piece, index]: Place, [other, otherIndex]: Place): boolean {
  return piece < other || (piece === other && index < otherIndex)
}
