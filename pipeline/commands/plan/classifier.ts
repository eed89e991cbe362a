import { userMessage } from '../../../problems/user-message.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { readPart } from '../../../store/parts/part.ts'
import { dividesByKind } from '../../recipe/check-kinds.ts'
import { classifierArm, classifierName } from '../../recipe/judge-arms.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { kindQuestion } from '../../stages/classify/question.ts'
import { isUntold, toldKind } from '../../stages/classify/tell.ts'
import { armAhead, type ArmAhead } from './arm-ahead.ts'

/** Questions whose tokens are counted. */
const countedQuestions = 200

/** What the judge of `classify` may be asked: none where the recipe has none. Reads all problems. */
export async function classifierAhead(context: RunContext, { shards }: ShardPlan): Promise<ArmAhead[]> {
  const { runFolder, recipe } = context
  const arm = classifierArm(recipe)
  if (!arm) return []
  const prompts: string[] = []
  let asked = 0
  for (let shard = 0; shard < shards; shard++)
    for await (const problem of readPart(runFolder, 'problems', shard)) {
      if (!isUntold(toldKind(problem, recipe.classify!))) continue
      asked += 1
      if (prompts.length < countedQuestions) prompts.push(kindQuestion(userMessage(problem, {})))
    }
  const ahead = armAhead(context, arm, prompts, { first: asked, most: asked })
  return [{ ...ahead, arm: classifierName }]
}

/** When the judge of `classify` is asked; empty where the recipe has none. */
export function classifierNote({ classify, select }: RunContext['recipe']): string {
  if (!classify?.judge) return ''
  const asked =
    'The classifier is asked about each problem of which columns, maps and rules do not tell everything'
  if (!select) return `${asked}.`
  return dividesByKind(select)
    ? `${asked}, before any is chosen: \`select.by: ${select.by}\` needs to know it of all of them.`
    : `${asked} and whose turn comes.`
}
