import type { Outcome } from '../../../schemas/journal.ts'
import type { Worker } from '../../engine/worker.ts'
import type { SampleState } from '../../../store/journal/state.ts'
import type { WantedSample } from './samples.ts'
import { followChain, type ChainEnd } from './chain.ts'
import { readChain } from './read-chain.ts'

/** Sends one request of a sample; `undefined` when the run is to end before it leaves. */
export type Ask = (sample: WantedSample) => Promise<Outcome | undefined>

/** A sample with everything that follows from its answers; `interrupted` where the server failed and will be asked again. */
export type FinishedSample = { end: ChainEnd; interrupted: boolean }

/** Asks for what is missing of a sample's chain, one request after the other. */
export async function askChain(
  worker: Worker,
  ask: Ask,
  sample: WantedSample,
  states: ReadonlyMap<string, SampleState>,
): Promise<FinishedSample | undefined> {
  const { chain, known } = readChain(sample, states, 'missing')
  const outcomes = known.map(({ outcome }) => outcome)
  let at = chain
  while (at.next) {
    const { key, request } = at.next
    const outcome = await ask({ ...sample, key, request })
    if (outcome === undefined) return undefined
    outcomes.push(outcome)
    at = followChain(sample, outcomes)
  }
  worker.reporter.advance({ arm: sample.arm.name, samples: 1, known: outcomes.length === known.length })
  const interrupted = outcomes.some((outcome) => outcome.type === 'failed' && outcome.retryable)
  return { end: at.end, interrupted }
}

/** Asks for a sample whose answer nothing can follow, and so need not be read. */
export async function askOnce(worker: Worker, ask: Ask, sample: WantedSample): Promise<void> {
  if ((await ask(sample)) !== undefined)
    worker.reporter.advance({ arm: sample.arm.name, samples: 1, known: false })
}
