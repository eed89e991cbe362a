import type { Arm, Sampling } from '../../schemas/arm.ts'
import { findTeacher } from '../../teachers/registry.ts'
import { resolveArm } from '../../teachers/resolve-arm.ts'
import { modesOf } from '../../teachers/teacher.ts'
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
  return [first, ...jury.map((further) => ({ ...first, ...defined(further) }))].map((judge) => {
    const modes = modesOf(findTeacher(judge.teacher))
    const mode = judge.mode ?? (modes.includes('non_thinking') ? 'non_thinking' : 'thinking')
    const own = mode === 'non_thinking' ? { sampling: greedy, max_tokens: answerTokens } : {}
    return resolveArm('verify.judge', {
      ...own,
      ...judge,
      ...(own.sampling && { sampling: { ...own.sampling, ...judge.sampling } }),
      mode,
      role: judgeArmName,
    })
  })
}

function defined<Members extends object>(
  members: Members,
): { [Key in keyof Members]?: NonNullable<Members[Key]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}
