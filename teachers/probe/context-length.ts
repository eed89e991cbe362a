import { ownMember } from '../../schemas/own-member.ts'
import type { Probe, ServerFacts } from '../../schemas/probe.ts'
import { ofPurpose, type Observed } from './observed.ts'

/** How servers state the size of their context when they refuse a request for more. */
const wordings: readonly RegExp[] = [
  /maximum context length (?:is|of) ([\d,]+)/iu,
  /context (?:length|size|window)(?: of the model)? \(([\d,]+) tokens\)/iu,
  /n_ctx["']?[:= ]+([\d,]+)/iu,
  /context (?:length|size|window)(?: is| of|:)? ([\d,]+)/iu,
]

/** The context that a refusal states, in tokens; `null` when it states none. */
export function contextOfRefusal(message: string): number | null {
  for (const wording of wordings) {
    const stated = Number(wording.exec(message)?.[1]?.replaceAll(',', ''))
    if (Number.isSafeInteger(stated) && stated > 0) return stated
  }
  return null
}

/** The context of a model as its server lists it, else as it says when it is asked for too much. */
export function concludeContext(
  model: string,
  facts: ServerFacts,
  observed: readonly Observed[],
): Probe['context'] {
  // Ollama lists a model with the tag that a request may leave out.
  const listed =
    ownMember(facts.contexts, model) ?? ownMember(facts.contexts, `${model}:latest`) ?? facts.context
  if (listed !== null) return { tokens: listed, from: 'server' }
  const [refused] = ofPurpose(observed, 'context')
  if (refused === undefined || refused.ok) return null
  const stated = contextOfRefusal(refused.message)
  return stated === null ? null : { tokens: stated, from: 'refusal' }
}
