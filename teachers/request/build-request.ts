import type { Arm, ChatRequest } from '../../schemas/arm.ts'
import { askInMode } from './ask-in-mode.ts'
import type { SamplingParameter } from '../dialects/dialect.ts'
import { type DialectName, findDialect } from '../dialects/registry.ts'
import { findFamily } from '../families/registry.ts'
import { isObject } from '../json.ts'

/**
 * The body that an arm asks with: model, messages, sampling, thinking switch, and the recipe's own fields last. It has
 * no seed and no stream flags, so that the sample's key covers what is asked and nothing else.
 * @throws UsageError when the endpoint's dialect has no words for the arm's mode
 */
export function buildRequest(arm: Arm, dialectName: DialectName, userContent: string): ChatRequest {
  const { messages, fields } = askInMode(arm, dialectName, userContent)
  return {
    model: arm.model,
    messages,
    ...withoutNulls({
      ...takenSampling(arm, dialectName),
      ...tokenLimit(arm),
      ...mergeFields(fields, arm.extra_body),
    }),
    // Left in until the sample's own fields are added, of which a null takes one out.
    ...Object.fromEntries(
      sampleFields.filter((name) => arm.extra_body[name] === null).map((name) => [name, null]),
    ),
  }
}

/** Fields that each sample sets. */
const sampleFields = ['seed', 'stream_options'] as const

/** Sampling parameters that the arm states and this dialect's servers do not take, so that they are not sent. */
export function ignoredParameters(arm: Arm, dialectName: DialectName): SamplingParameter[] {
  const { parameters } = findDialect(dialectName)
  return statedParameters(arm).filter(
    (name) => !parameters.includes(name) && !Object.hasOwn(arm.extra_body, name),
  )
}

/** The request of one sample: with its seed where the dialect takes one, and as a stream if so wanted. */
export function withSample(
  request: ChatRequest,
  dialectName: DialectName,
  sample: { seed?: number | undefined; stream: boolean },
): ChatRequest {
  const { seed: takesSeed, streamOptions = true } = findDialect(dialectName)
  const fields: Record<string, unknown> = {
    ...(takesSeed && sample.seed !== undefined ? { seed: sample.seed } : {}),
    ...(sample.stream ? { stream: true } : {}),
    ...(sample.stream && streamOptions ? { stream_options: { include_usage: true } } : {}),
  }
  const { model, messages, ...rest } = request
  const taken = Object.fromEntries(Object.entries(fields).filter(([name]) => request[name] !== null))
  return { model, messages, ...withoutNulls(rest), ...taken }
}

function takenSampling(arm: Arm, dialectName: DialectName): Record<string, unknown> {
  const { parameters } = findDialect(dialectName)
  const taken = statedParameters(arm).filter((name) => parameters.includes(name))
  return Object.fromEntries(taken.map((name) => [name, arm.sampling[name]]))
}

function statedParameters({ sampling }: Arm): SamplingParameter[] {
  const names = ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'] as const
  return names.filter((name) => sampling[name] !== null)
}

/** OpenAI's own reasoning models know the limit only by its newer name, which a recipe states for them. */
function tokenLimit(arm: Arm): Record<string, unknown> {
  if (Object.hasOwn(arm.extra_body, 'max_completion_tokens')) return {}
  const { tokenLimit: name = 'max_tokens' } = findFamily(arm.teacher)
  return { [name]: arm.sampling.max_tokens }
}

/** The recipe's fields win; template arguments are merged, so that a further one does not drop the thinking switch. */
function mergeFields(
  fields: Record<string, unknown>,
  extra: Record<string, unknown>,
): Record<string, unknown> {
  const name = 'chat_template_kwargs'
  const [ours, theirs] = [fields[name], extra[name]]
  if (!isObject(ours) || !isObject(theirs)) return { ...fields, ...extra }
  return { ...fields, ...extra, [name]: { ...ours, ...theirs } }
}

function withoutNulls(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
