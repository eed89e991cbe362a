import type { Outcome } from '../../../schemas/journal.ts'
import { readJournalLineAt } from '../../../store/journal/reader.ts'
import { needsAsking, type SampleState } from '../../../store/journal/state.ts'
import type { WantedSample } from './samples.ts'
import { followChain, type Chain, type Step } from './chain.ts'

/** A request of a chain with what the journal knows of it. */
export type KnownStep = { step: Step; state: SampleState; outcome: Outcome }

/**
 * Follows a sample's chain as far as the journal knows it.
 *
 * @param failures what a failure of the server's counts as: `missing` where it is to be asked again, `final` where the
 *   sample is to be sealed with it
 */
export function readChain(
  sample: WantedSample,
  states: ReadonlyMap<string, SampleState>,
  failures: 'missing' | 'final',
): { chain: Chain; known: KnownStep[] } {
  const known: KnownStep[] = []
  for (;;) {
    const chain = followChain(
      sample,
      known.map(({ outcome }) => outcome),
    )
    if (chain.end) return { chain, known }
    const state = states.get(chain.next.key)
    const missing = failures === 'missing' ? needsAsking(state) : state?.state === 'intended'
    if (state === undefined || missing) return { chain, known }
    const outcome = readJournalLineAt(state.file, state.offset, state.length) as Outcome
    known.push({ step: chain.next, state, outcome })
  }
}

/** Whether a sample needs nothing further. Where nothing can follow an answer, its text is not read. */
export function isComplete(sample: WantedSample, states: ReadonlyMap<string, SampleState>): boolean {
  if (needsAsking(states.get(sample.key))) return false
  if (sample.arm.truncated.policy === 'keep') return true
  return readChain(sample, states, 'missing').chain.end !== undefined
}
