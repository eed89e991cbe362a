import { z } from 'zod'
import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { Trace } from '../../schemas/trace.ts'
import { shapedMessage, type Shape } from './shapes.ts'

export const Message = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string(),
})

/** What a conversation needs of a sample. */
export type Answered = {
  arm: Pick<Arm, 'mode' | 'system'>
  trace: Pick<Trace, 'reasoning' | 'answer'>
}

/** Words that switch a teacher's reasoning on or off. They are not part of the conversation that a student learns. */
const controlWords = /(?:^|(?<=\s))\/(?:no_?)?think(?=\s|$)[ \t]*|^detailed thinking (?:on|off)[ \t]*$/gimu

function withoutControlWords(text: string): string {
  const plain = text.replaceAll(controlWords, '')
  return plain === text ? text : plain.trim()
}

/** The messages before the answer, as they were sent, without words that only switch the teacher. */
export function promptMessages(
  instruction: string,
  { system }: Pick<Arm, 'system'>,
): z.input<typeof Message>[] {
  const stated = withoutControlWords(system)
  return [
    ...(stated === '' ? [] : [{ role: 'system' as const, content: stated }]),
    { role: 'user', content: withoutControlWords(instruction) },
  ]
}

/** The reasoning of a sample; null where its arm does not reason. */
export function reasoningOf({ arm, trace }: Answered): string | null {
  return arm.mode === 'thinking' ? trace.reasoning : null
}

/** The members of an assistant's message in a shape, none of them null: templates stumble over members that are. */
export function assistantShape(shape: Shape | null): z.ZodObject {
  return shape === null || shape === 'inline' ? Message : Message.extend({ [shape]: z.string() })
}

/**
 * The assistant's message of a sample. Every message of a list of messages has the same members, so a field for
 * reasoning is empty where there is none.
 */
export function shapedAnswer(sample: Answered, shape: Shape): Record<string, unknown> {
  const reasoning = reasoningOf(sample)
  const message = shapedMessage(shape, reasoning, sample.trace.answer)
  return shape === 'inline' || reasoning !== null ? message : { ...message, [shape]: '' }
}

/** The arm with a role. @throws UsageError when the recipe has none */
export function armOfRole(arms: readonly Arm[], role: string, configuration: string): Arm {
  const arm = arms.find((each) => each.role === role)
  if (arm) return arm
  throw new UsageError(
    `the dataset configuration ${configuration} wants an arm with the role ${role}; the recipe has ${arms.map((each) => each.role).join(', ')}`,
  )
}

/**
 * The roles of an export that holds both modes, each of an arm that has its mode.
 *
 * @throws UsageError when the recipe has no such arm
 */
export function checkModes(
  arms: readonly Arm[],
  { on, off }: { on: string; off: string },
  configuration: string,
): void {
  for (const [option, role, mode] of [
    ['on', on, 'thinking'],
    ['off', off, 'non_thinking'],
  ] as const) {
    const arm = armOfRole(arms, role, configuration)
    if (arm.mode !== mode)
      throw new UsageError(
        `the dataset configuration ${configuration} wants for \`${option}\` an arm that ${mode === 'thinking' ? 'reasons' : 'does not reason'}; the mode of ${role} is ${arm.mode}`,
      )
  }
}
