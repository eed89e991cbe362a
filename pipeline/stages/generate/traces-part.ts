import { ownMember } from '../../../schemas/own-member.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { tokenizerName } from '../../../teachers/cost/tokens.ts'
import { readAnswerVersion } from '../../../teachers/reply/read-answer.ts'
import { allVerifiers } from '../../../verifiers/all-verifiers.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { TracesCounts } from '../../../schemas/counts.ts'

const version = 4
const verifierVersions = allVerifiers.map((verifier) => [verifier.name, verifier.version])

/** What the traces of a shard depend on, the digests of its problems among it. */
export function tracesFingerprint(
  { recipe, arms, imports, readingRules, cuts, tokenizers }: RunContext,
  inputs: readonly string[],
): string {
  return hashOf({
    version,
    reading: [
      readAnswerVersion,
      tokenizerName,
      arms.map((arm) => ownMember(readingRules, arm.name) ?? null),
      recipe.generate.probe.accept,
    ],
    arms,
    tokenizers: tokenizerDigests(arms, tokenizers),
    instructions: recipe.instructions,
    // Not the price: the part counts tokens, and what they cost is the ledger's matter.
    dialects: arms.map((arm) => recipe.endpoints[arm.endpoint]?.dialect ?? null),
    imports,
    // Which withdrawn problems a shard counts depends on how the ids are cut.
    cuts: cuts?.earlier && [cuts.shards, cuts.earlier],
    // Where the number of samples depends on verdicts, so do the traces.
    verifiers: arms.some((arm) => arm.adaptive !== null)
      ? [verifierVersions, { ...recipe.verify, workers: undefined, judge: undefined, majority: undefined }]
      : undefined,
    inputs,
  })
}

/** Whether a sealed part has samples whose failure was the server's. */
export function mayBeAskedAgain({ retryable }: TracesCounts): boolean {
  return retryable > 0
}

/** Of each arm; nothing where no arm has one, so that such runs keep the fingerprints of versions that knew none. */
function tokenizerDigests(
  arms: RunContext['arms'],
  tokenizers: RunContext['tokenizers'],
): (string | null)[] | undefined {
  if (arms.every(({ tokenizer }) => tokenizer === '')) return undefined
  return arms.map(({ tokenizer }) => {
    if (tokenizer === '') return null
    const located = tokenizers[tokenizer]
    if (located === undefined) throw new Error(`the tokenizer ${tokenizer} was not located`)
    return located.digest
  })
}
