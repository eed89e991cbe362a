import { z } from 'zod'
import { answerOptions, answerValues, type AnswerOptions } from '../../../output/exports/answer-form.ts'
import { loadTarget } from '../../../output/render/render-targets.ts'
import { openRenderer } from '../../../output/render/renderer.ts'
import { passedOn } from '../../../output/render/student-text.ts'
import { Target } from '../../../output/render/target.ts'
import { conversationsOf } from '../../../output/render/training-rows.ts'
import type { Student } from '../../../review/pairs/student.ts'
import type { Arm } from '../../../schemas/arm.ts'
import { UsageError } from '../../../schemas/errors.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { CommandIo } from '../io.ts'
import { targetAccess } from '../render/target-access.ts'

/** One pair takes milliseconds; a template that takes so long does not end. */
const limitMs = 10_000

export type OpenStudent = Student & AsyncDisposable

/**
 * The student whose template the texts of pairs are rendered with: the one that is named, else the first of `write.targets`.
 *
 * @param model of the Hub, or a folder
 * @returns `undefined` where nobody names one
 * @throws UsageError or RunError when it has no chat template or cannot be read
 */
export async function openStudent(
  context: RunContext,
  model: string | undefined,
  io: CommandIo,
): Promise<OpenStudent | undefined> {
  if (model === '')
    throw new UsageError('--student wants a model of the Hub (org/name@revision) or a folder (./student)')
  const target = model === undefined ? context.recipe.write.targets?.[0] : Target.parse(model)
  if (target === undefined) return undefined
  const files = await loadTarget(target, targetAccess(context, io))
  const renderer = openRenderer(files, limitMs)
  return {
    name: target.model,
    async read({ prompt, answers }) {
      const rows = answers.map((answer) => {
        const arm = context.arms.find(({ name }) => name === answer.arm)!
        const { name, options } = configurationOf(arm, context)
        const row = answerValues({ instruction: prompt }, { arm, trace: answer }, options)
        const [conversation] = conversationsOf(row, options.form)
        return {
          arm: answer.arm,
          form: `${name}, reasoning ${options.shape === 'inline' ? 'in the content' : `in ${options.shape}`}`,
          conversation: passedOn(conversation!, target.transformers),
        }
      })
      const texts = await renderer.show(rows.map(({ conversation }) => conversation))
      return rows.map(({ arm, form }, at) => Object.assign({ arm, form }, texts[at]!))
    },
    [Symbol.asyncDispose]: () => renderer[Symbol.asyncDispose](),
  }
}

/** A configuration of messages to train on; others have no place for reasoning to choose. */
const FineTuning = z.object({
  export: z.literal('sft'),
  name: z.string().optional(),
  role: z.string(),
  text: z.unknown(),
  ...answerOptions,
})

const plain: AnswerOptions = { shape: 'inline', form: 'messages', switch: 'enable_thinking' }

/** The configuration on which an arm is trained: one whose shape the recipe states, else the one with its role for a name. */
function configurationOf({ role }: Arm, { recipe }: RunContext): { name: string; options: AnswerOptions } {
  for (const chosen of recipe.write.configs ?? []) {
    const { data } = FineTuning.safeParse(chosen)
    if (data?.role === role && data.text === undefined)
      return { name: data.name ?? `sft of ${role}`, options: data }
  }
  return { name: role, options: plain }
}
