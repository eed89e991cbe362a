import { z } from 'zod'
import { RunError } from '../../schemas/errors.ts'
import type { Finding } from '../filter.ts'
import type { ProblemSetFilter, Remembered } from '../set-filter.ts'
import { foldBoxed } from '../text/boxes.ts'
import { comparableWords, numbersInOrder, numbersOf, numbersSalt, sharedWords } from '../text/comparable.ts'
import { indelRatio, mayReach } from '../text/indel.ts'
import { openMinHash } from '../text/min-hash.ts'
import { bandCandidates, mostRows } from './band-candidates.ts'
import { openBandTable } from './band-table.ts'

const share = z.number().min(0).max(1)

const Options = z.strictObject({
  shingle: z.int().min(1).max(20).default(3).describe('words of one shingle'),
  bands: z.int().min(1).max(64).default(20).describe('bands of the signature'),
  rows: z.int().min(1).max(16).default(5).describe('hashes in one band'),
  similarity: share.default(0.95).describe('Indel similarity from which two texts are one problem'),
  similarity_same_answer: share
    .default(0.9)
    .describe('the same where both have a reference answer, and it is equal'),
  shared_words: share
    .default(0.85)
    .describe('share of common words from which two texts with equal reference answers are one problem'),
})
type Options = z.infer<typeof Options>

/** The words that are compared, separated by spaces, and the reference answer. */
type Memory = { text: string; answer: string }

/**
 * Near-duplicates by MinHash, confirmed. Candidates share a band: with shingles of 3 words, 20 bands and 5 rows two texts
 * meet with a probability of 0.03 at a Jaccard similarity of 0.28, 0.5 at 0.51, 0.99 at 0.73 (datatrove's 5, 14 and 8:
 * 0.5 at 0.69; its settings miss short problems). Texts with other numbers, negations or single letters are other problems
 * and never meet; two different reference answers mean two problems; then the texts themselves decide, by Indel as
 * OpenThoughts-114k does, or by their words. Of a group of duplicates the one with the smallest id stays, and each other is
 * compared with one that stays, so neither the order of the source nor chains of small changes matter.
 */
export const nearDuplicate: ProblemSetFilter<Options, Memory> = {
  name: 'near-duplicate',
  version: '2',
  source: 'datatrove and OpenThoughts-114k for the method; bands and bounds own, measured',
  rules: ['D3'],
  scope: 'set',
  of: 'problem',
  defaultOn: false,
  reasons: { near_duplicate: 'Nearly the same problem is in the source.' },
  options: Options,
  numbers: {
    shingle: 'defines',
    bands: 'defines',
    rows: 'defines',
    similarity: 'fewer',
    similarity_same_answer: 'fewer',
    shared_words: 'fewer',
  },
  create(options) {
    const hash = openMinHash(options)
    const table = openBandTable(options.bands)
    return {
      add({ problem }) {
        if (table.rows === mostRows)
          throw new RunError(
            `filter.near-duplicate compares at most ${mostRows} problems; split the problem set, or switch the filter off`,
          )
        const words = comparableWords([problem.prompt, ...problem.choices].join('\n'))
        table.add(problem.id, (into, at) => hash(words, numbersSalt(words), into, at))
        return { text: words.join(' '), answer: problem.answers.map(foldBoxed).toSorted().join('\n') }
      },
      *compare(accepted, remembered) {
        const places = table.placesById(accepted)
        const pairs = bandCandidates(places.length, options.bands, (row, band) =>
          table.hash(places[row]!, band),
        )
        const dropped = new Uint8Array(places.length)
        for (const pair of pairs) {
          const later = Math.floor(pair / mostRows)
          const earlier = pair % mostRows
          if (dropped[later] === 1 || dropped[earlier] === 1) continue
          const finding = compared(remembered(places[later]!), remembered(places[earlier]!), options)
          if (finding === undefined) continue
          dropped[later] = 1
          yield { place: places[later]!, finding }
        }
      },
    }
  },
}

function compared(
  later: Remembered<Memory>,
  kept: Remembered<Memory>,
  options: Options,
): Finding | undefined {
  const one = later.memory
  const other = kept.memory
  const [words, otherWords] = [one.text.split(' '), other.text.split(' ')]
  if (numbersOf(words) !== numbersOf(otherWords)) return undefined
  const sameAnswer = one.answer !== '' && one.answer === other.answer
  if (!sameAnswer && one.answer !== '' && other.answer !== '') return undefined
  // Who has 3 and who has 5 may be the question; only equal answers show that it is not.
  if (!sameAnswer && numbersInOrder(words).join(' ') !== numbersInOrder(otherWords).join(' '))
    return undefined
  const least = sameAnswer ? options.similarity_same_answer : options.similarity
  const found = (measure: string, value: number, bound: number): Finding => ({
    reason: 'near_duplicate',
    message: `${measure} ${value.toFixed(3)} with the problem at ${kept.position} (${kept.problem}), which stays; from ${bound} on it is the same`,
    facts: { other: kept.problem, measure, value: Math.round(value * 1e6) / 1e6, bound },
  })
  const common = sameAnswer ? sharedWords(words, otherWords) : 0
  if (sameAnswer && common >= options.shared_words) return found('shared words', common, options.shared_words)
  if (!mayReach(one.text, other.text, least)) return undefined
  const ratio = indelRatio(one.text, other.text)
  return ratio >= least ? found('Indel similarity', ratio, least) : undefined
}
