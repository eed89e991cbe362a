import type { PairNote } from '../pairs/source.ts'

/** A reason to look at a pair that chance would seldom bring. */
export type Risk = {
  name: string
  describe: string
  /** The higher, the sooner it is picked; `null` where the pair is none of these. */
  rank(note: PairNote): number | null
}

const among = (test: (note: PairNote) => boolean) => (note: PairNote) =>
  note.lost === '' && test(note) ? 0 : null

/** Every risk, in the order in which they are shown. */
export const risks: readonly Risk[] = [
  {
    name: 'gold-suspect',
    describe: 'the samples cast doubt on the reference',
    rank: among(({ gold_suspect }) => gold_suspect),
  },
  { name: 'judge', describe: 'a judge had a say in the verdict', rank: among(({ judged }) => judged) },
  { name: 'longest', describe: 'most tokens', rank: ({ lost, tokens }) => (lost === '' ? tokens : null) },
  {
    name: 'shortest',
    describe: 'fewest tokens',
    rank: ({ lost, tokens }) => (lost === '' ? -tokens : null),
  },
  {
    name: 'near-threshold',
    describe: 'a value close to the bound that would have dropped it',
    rank: ({ lost, near }) => (lost === '' && near !== null ? -near : null),
  },
  { name: 'dropped', describe: 'left out of the dataset', rank: ({ lost }) => (lost === '' ? null : 0) },
]
