import type { Arm } from '../../schemas/arm.ts'
import type { Probe, ReadingRules, ServerFacts, StreamForm } from '../../schemas/probe.ts'
import type { DialectName } from '../dialects/registry.ts'
import { findFaults } from './find-faults.ts'
import { concludeContext } from './context-length.ts'
import { concludeCut, concludeServed, concludeUsage } from './conclude-answers.ts'
import { concludeEffects } from './conclude-effects.ts'
import { rulesOfReasoning, concludeReasoning } from './conclude-reasoning.ts'
import { concludeShortAnswer } from './length-of-answers.ts'
import { ofPurpose, type Observed } from './observed.ts'

/** What was seen of an arm's endpoint. */
export type Sightings = {
  dialect: DialectName
  observed: readonly Observed[]
  facts: ServerFacts
  stream: StreamForm | null
  /** The contract of the arm's earlier probe: what was answered then is still read by it. */
  earlier: ReadingRules | null
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
export function concludeProbe(arm: Arm, { dialect, observed, facts, stream, earlier }: Sightings): Judged {
  const { atTimes, unknownMarks, ...reasoning } = concludeReasoning(arm.mode, observed)
  const contract = rulesOfReasoning(arm.mode, reasoning, earlier)
  const judged = {
    reasoning,
    cut: concludeCut(arm.mode, contract, observed),
    usage: concludeUsage(arm.mode, observed),
    served: concludeServed(observed, facts),
    context: concludeContext(arm.model, facts, observed),
    ...concludeEffects(observed),
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
    unknownMarks,
    shortAnswer: concludeShortAnswer(observed),
    answered: questions.some((each) => each.ok) && (reasoning.state !== 'unclear' || unknownMarks.length > 0),
    why: failure?.ok === false ? `${failure.code}: ${failure.message}` : '',
  })
  return { ...judged, findings }
}
