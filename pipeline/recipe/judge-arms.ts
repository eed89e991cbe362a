import type { Arm, Sampling } from '../../schemas/arm.ts'
import { findFamily } from '../../teachers/families/registry.ts'
import { resolveArm } from '../../teachers/request/resolve-arm.ts'
import { modesOf } from '../../teachers/families/family.ts'
import type { Judge } from './judge-section.ts'
import type { Recipe } from './recipe.ts'

/** What the ledger calls the judges, all of them together. */
export const judgeArmName = 'judge'

/** Room to state both answers and decide, without the room that a solution needs. */
const answerTokens = 1024

const greedy: Omit<Sampling, 'max_tokens'> = {
  temperature: 0,
  top_p: null,
  top_k: null,
  min_p: null,
  presence_penalty: null,
}

/**
 * The judges of a recipe, one or three, as arms with every default filled in; none where it has no judge.
 *
 * @throws UsageError when a judge's teacher is unknown or cannot do what the recipe asks for
 */
export function judgeArms({ verify }: Pick<Recipe, 'verify'>): Arm[] {
  if (!verify.judge) return []
  const { jury = [], when: _when, policy: _policy, ...first } = verify.judge
  // A further judge states what differs from the first one.
  return [{}, ...jury].map((changes) => judgeArm(Object.assign({}, first, changes)))
}

function judgeArm(judge: Judge): Arm {
  const modes = modesOf(findFamily(judge.teacher))
  const mode = judge.mode ?? (modes.includes('non_thinking') ? 'non_thinking' : 'thinking')
  const stated = { ...judge, mode, role: judgeArmName }
  if (mode === 'thinking') return resolveArm('verify.judge', stated)
  return resolveArm('verify.judge', {
    max_tokens: answerTokens,
    ...stated,
    sampling: { ...greedy, ...judge.sampling },
  })
}
