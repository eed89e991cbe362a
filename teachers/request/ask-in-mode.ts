import type { Arm, ChatRequest } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import { continuesFinalMessage, type Dialect } from '../dialects/dialect.ts'
import { type DialectName, dialectNames, findDialect } from '../dialects/registry.ts'
import { findFamily } from '../families/registry.ts'
import type { Family } from '../families/family.ts'

type Messages = ChatRequest['messages']

/** The messages of a request and the fields that switch thinking. */
export type Asked = { messages: Messages; fields: Record<string, unknown> }

/** Request fields with which a recipe can state a thinking switch of its own. */
const switchFields = [
  'chat_template_kwargs',
  'enable_thinking',
  'thinking',
  'reasoning',
  'reasoning_effort',
  'think',
]

/** A think block with nothing in it, as Qwen3 writes one. */
const emptyBlock = '<think>\n\n</think>\n\n'

/**
 * The part of a request that brings the model to the mode of its arm, by the arm's switch.
 * @throws UsageError when the endpoint's dialect has no words for it, with the dialects that have
 */
export function askInMode(arm: Arm, dialectName: DialectName, userContent: string): Asked {
  const teacher = findFamily(arm.teacher)
  const wayOf = (name: DialectName): Asked | undefined =>
    ways[arm.switch](arm, teacher, findDialect(name), userContent)
  const asked = wayOf(dialectName)
  if (asked !== undefined) return asked
  if (arm.switch === 'native' && switchFields.some((name) => Object.hasOwn(arm.extra_body, name)))
    return { messages: messagesOf(arm, teacher, userContent), fields: {} }
  const able = dialectNames.filter((name) => wayOf(name) !== undefined)
  const others = [
    ...(able.length > 0 ? [`set the endpoint's dialect to the server in use (${able.join(', ')})`] : []),
    ...(arm.switch === 'native' && softWords(arm, teacher) !== undefined
      ? ['state `switch: soft` in the arm (words in the system message, which the model obeys)']
      : []),
    ...(arm.switch === 'native' ? ['state the switch in extra_body'] : ['state another switch']),
  ]
  const effort = arm.effort === null ? '' : ` with effort ${arm.effort}`
  const how = arm.switch === 'native' ? '' : ` by switch ${arm.switch}`
  throw new UsageError(
    `arm ${arm.name}: the dialect ${dialectName} of endpoint ${arm.endpoint} cannot ask ${teacher.label} for mode ${arm.mode}${effort}${how}: ${others.join(', or ')}`,
  )
}

type Way = (arm: Arm, teacher: Family, dialect: Dialect, userContent: string) => Asked | undefined

const ways: Readonly<Record<Arm['switch'], Way>> = { native, soft, prefilled_empty: prefilledEmpty }

function native(arm: Arm, teacher: Family, dialect: Dialect, userContent: string): Asked | undefined {
  if (arm.effort !== null && !dialect.efforts.includes(arm.effort)) return undefined
  const { mode, effort } = arm
  const fields = dialect.thinking({ mode, effort, how: teacher.thinkingSwitch })
  return fields && { messages: messagesOf(arm, teacher, userContent), fields }
}

/**
 * Words in the system message, so that the user message stays the one of the other arms. They count only while the hard
 * switch of the server, if it has one, is left alone.
 */
function soft(arm: Arm, teacher: Family, _dialect: Dialect, userContent: string): Asked | undefined {
  const words = softWords(arm, teacher)
  if (words === undefined) return undefined
  const system = arm.system === '' ? words : `${arm.system}\n\n${words}`
  return { messages: messagesOf({ ...arm, system }, teacher, userContent), fields: {} }
}

/**
 * Begins the model's turn with an empty think block. Where the server puts the beginning behind a prompt that ends with
 * `<think>` already, only the rest of the block is sent.
 */
function prefilledEmpty(arm: Arm, teacher: Family, dialect: Dialect, userContent: string): Asked | undefined {
  if (dialect.begins === undefined || teacher.thinkOpenedBy === undefined) return undefined
  const opened = dialect.begins === 'behind_prompt' && teacher.thinkOpenedBy === 'template'
  const content = opened ? emptyBlock.slice('<think>\n'.length) : emptyBlock
  return {
    messages: [...messagesOf(arm, teacher, userContent), { role: 'assistant', content }],
    fields: continuesFinalMessage(),
  }
}

function messagesOf(arm: Arm, { thinkingSwitch }: Family, userContent: string): Messages {
  const system = thinkingSwitch.kind === 'system_message' ? thinkingSwitch.words[arm.mode] : arm.system
  return [
    ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
    { role: 'user', content: userContent },
  ]
}

function softWords({ mode }: Arm, { thinkingSwitch }: Family): string | undefined {
  return thinkingSwitch.kind === 'template_flag' ? thinkingSwitch.soft?.[mode] : undefined
}
