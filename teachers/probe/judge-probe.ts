import type { Arm } from '../../schemas/arm.ts'
import type { Probe, ReadContract, ServerFacts, StreamForm } from '../../schemas/probe.ts'
import type { DialectName } from '../dialects/registry.ts'
import { findFaults } from './find-faults.ts'
import { judgeContext } from './context-length.ts'
import { judgeCut, judgeServed, judgeUsage } from './judge-answers.ts'
import { judgeEffects } from './judge-effects.ts'
import { contractOfReasoning, judgeReasoning } from './judge-reasoning.ts'
import { ofPurpose, type Observed } from './observed.ts'

/** What was seen of an arm's endpoint. */
export type Sightings = {
  dialect: DialectName
  observed: readonly Observed[]
  facts: ServerFacts
  stream: StreamForm | null
  /** The contract of the arm's earlier probe: what was answered then is still read by it. */
  earlier: ReadContract | null
}

/** Everything of a probe that follows from what was seen. */
export type Judged = Pick<
  Probe,
  | 'reasoning'
  | 'cut'
  | 'usage'
  | 'served'
  | 'context'
  | 'n'
  | 'seed'
  | 'top_k'
  | 'min_p'
  | 'stream'
  | 'contract'
  | 'earlier'
  | 'findings'
>

/** Judges what the calls of a probe brought. Knows nothing of wires, clocks or files. */
export function judgeProbe(arm: Arm, { dialect, observed, facts, stream, earlier }: Sightings): Judged {
  const { atTimes, ...reasoning } = judgeReasoning(arm.mode, observed)
  const contract = contractOfReasoning(arm.mode, reasoning, earlier)
  const judged = {
    reasoning,
    cut: judgeCut(arm.mode, contract, observed),
    usage: judgeUsage(arm.mode, observed),
    served: judgeServed(observed, facts),
    context: judgeContext(arm.model, facts, observed),
    ...judgeEffects(observed),
    stream,
    contract,
    earlier: (contract?.reasoning_in ?? []).filter((place) => !reasoning.places.includes(place)),
  }
  const questions = ofPurpose(observed, 'question', 'second_question')
  const failure = questions.find((each) => !each.ok)
  const findings = findFaults(arm, {
    ...judged,
    dialect,
    atTimes,
    answered: questions.some((each) => each.ok) && reasoning.state !== 'unclear',
    why: failure?.ok === false ? `${failure.code}: ${failure.message}` : '',
  })
  return { ...judged, findings }
}
