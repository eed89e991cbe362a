import { z } from 'zod'
import { answerOptions, answerValues, type AnswerOptions } from '../../../output/exports/answer-form.ts'
import type { Conversation } from '../../../output/render/forms.ts'
import { loadTarget, type TargetAccess } from '../../../output/render/render-targets.ts'
import { openRenderer } from '../../../output/render/renderer.ts'
import { passedOn } from '../../../output/render/student-text.ts'
import { Target } from '../../../output/render/target.ts'
import { conversationsOf } from '../../../output/render/training-rows.ts'
import { messageOf, type ReviewAnswer, type ReviewPair } from '../../../review/pairs/pair.ts'
import type { Student } from '../../../review/pairs/student.ts'
import type { Arm } from '../../../schemas/arm.ts'
import { UsageError } from '../../../schemas/errors.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { CommandIo } from '../io.ts'
import { hubAccess, targetAccess } from '../render/target-access.ts'

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
  const target = targetOf(model) ?? context.recipe.write.targets?.[0]
  if (target === undefined) return undefined
  return studentOf(target, targetAccess(context, io), ({ prompt }, answer) => {
    const arm = context.arms.find(({ name }) => name === answer.arm)!
    const { name, options } = configurationOf(arm, context)
    const row = answerValues({ instruction: prompt }, { arm, trace: answer }, options)
    const [conversation] = conversationsOf(row, options.form)
    const place = options.shape === 'inline' ? 'in the content' : `in ${options.shape}`
    return { form: `${name}, reasoning ${place}`, conversation: conversation! }
  })
}

/**
 * The same for a dataset, which has no recipe: each of its texts is the answer to the prompt, as it stands.
 *
 * @param reviews the folder of its reviews; what is loaded of the student is kept beside it
 */
export async function openDatasetStudent(
  reviews: string,
  model: string | undefined,
  io: CommandIo,
): Promise<OpenStudent | undefined> {
  const target = targetOf(model)
  if (target === undefined) return undefined
  const access = { ...hubAccess(io), folder: reviews.replace(/reviews$/u, 'targets') }
  return studentOf(target, access, ({ prompt }, answer) => ({
    form: 'the text of the row, as it stands',
    conversation: {
      id: '',
      prompt: [{ role: 'user', content: prompt }],
      answer: { role: 'assistant', content: messageOf(answer) },
      splits: false,
      kwargs: {},
    },
  }))
}

function targetOf(model: string | undefined): Target | undefined {
  if (model === '')
    throw new UsageError('--student wants a model of the Hub (org/name@revision) or a folder (./student)')
  return model === undefined ? undefined : Target.parse(model)
}

type Told = { form: string; conversation: Conversation }

async function studentOf(
  target: Target,
  access: TargetAccess,
  tell: (pair: ReviewPair, answer: ReviewAnswer) => Told,
): Promise<OpenStudent> {
  const renderer = openRenderer(await loadTarget(target, access), limitMs)
  return {
    name: target.model,
    async read(pair) {
      const rows = pair.answers.map((answer) => ({ arm: answer.arm, ...tell(pair, answer) }))
      const texts = await renderer.show(
        rows.map(({ conversation }) => passedOn(conversation, target.transformers)),
      )
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
