import type { Arm, Sampling } from '../../schemas/arm.ts'
import { findFamily } from '../../teachers/families/registry.ts'
import { resolveArm } from '../../teachers/request/resolve-arm.ts'
import { modesOf } from '../../teachers/families/family.ts'
import type { Judge } from './judge-section.ts'
import type { Recipe } from './recipe.ts'

/** What the ledger calls the judges, all of them together. */
export const judgeArmName = 'judge'

/** What it calls the model that says what problems are about. */
export const classifierName = 'classifier'

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
  return [{}, ...jury].map((changes) => judgeArm('verify.judge', Object.assign({}, first, changes)))
}

/** The arm that says what problems are about; `undefined` where the recipe asks none. */
export function classifierArm({ classify }: Pick<Recipe, 'classify'>): Arm | undefined {
  return classify?.judge && judgeArm('classify.judge', classify.judge)
}

/** Every model that is asked for a judgement, of whatever. */
export function allJudgeArms(recipe: Pick<Recipe, 'verify' | 'classify'>): Arm[] {
  const classifier = classifierArm(recipe)
  return [...judgeArms(recipe), ...(classifier ? [classifier] : [])]
}

function judgeArm(place: string, judge: Judge): Arm {
  const modes = modesOf(findFamily(judge.teacher))
  const mode = judge.mode ?? (modes.includes('non_thinking') ? 'non_thinking' : 'thinking')
  const stated = { ...judge, mode, role: judgeArmName }
  if (mode === 'thinking') return resolveArm(place, stated)
  return resolveArm(place, {
    max_tokens: answerTokens,
    ...stated,
    sampling: { ...greedy, ...judge.sampling },
  })
}
