import { join } from 'node:path'
import { z } from 'zod'
import { RunError, UsageError } from '../../schemas/errors.ts'
import { exists, readText } from '../../store/files/entries.ts'

const HubName = /^(?<repo>[\w.-]+\/[\w.-]+)(?:@(?<revision>[\w./-]+))?$/u

/** The oldest transformers that a target is trained with. */
const Transformers = z.enum(['any', '5.21', '5.24'])
export type Transformers = z.infer<typeof Transformers>

/** A model that the dataset is meant for. */
export const Target = z
  .union([
    z.string().min(1),
    z.strictObject({
      model: z.string().min(1).describe('model of the Hub, `org/name@revision`, or a folder'),
      transformers: Transformers.default('any').describe(
        'oldest transformers that it is trained with; from 5.21 on `reasoning_content` is also passed on as `thinking`, from 5.24 on members that are null are left out',
      ),
    }),
  ])
  .transform((stated) =>
    typeof stated === 'string' ? { model: stated, transformers: 'any' as const } : stated,
  )
export type Target = z.output<typeof Target>

/** The files of a target that rendering needs. */
export type TargetFiles = {
  name: string
  /** The commit of the Hub; empty for a folder. */
  commit: string
  template: string
  tokens: Record<string, string>
  /** Path of `tokenizer.json`, `null` where there is none. */
  tokenizer: string | null
  /** Tokens that the model reads at most, `null` where its files do not say. */
  context: number | null
}

/** Files of a model that are looked at, those of the Hub too. */
export const targetFileNames = [
  'chat_template.jinja',
  'tokenizer_config.json',
  'tokenizer.json',
  'config.json',
] as const

/** Whether a target is a folder, and else which model of the Hub at which revision. */
export function placeOf({ model }: Target): { folder: string } | { repo: string; revision: string } {
  const isPath = /^(?:\.{0,2}\/|~|[A-Za-z]:)/u.test(model) || model === '.' || model === '..'
  const groups = isPath ? undefined : HubName.exec(model)?.groups
  if (groups === undefined) {
    if (isPath) return { folder: model }
    throw new UsageError(
      `write.targets: ${JSON.stringify(model)} is neither a model of the Hub (org/name or org/name@revision) nor a folder (./student)`,
    )
  }
  return { repo: groups['repo']!, revision: groups['revision'] ?? 'main' }
}

const TokenValue = z.union([z.string(), z.object({ content: z.string() })]).nullish()
const Config = z.looseObject({
  chat_template: z
    .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
    .nullish(),
  model_max_length: z.number().nullish(),
  bos_token: TokenValue,
  eos_token: TokenValue,
  pad_token: TokenValue,
  unk_token: TokenValue,
})
const ModelConfig = z.looseObject({ max_position_embeddings: z.number().nullish() })

/** Lengths beyond this stand for "no limit" in the files of tokenizers. */
const mostContext = 1e9

/**
 * Reads the chat template of a folder: `chat_template.jinja`, or what `tokenizer_config.json` holds.
 *
 * @throws UsageError when the folder has no template; RunError when a file of it cannot be read as what it is
 */
export async function readTarget(name: string, folder: string, commit = ''): Promise<TargetFiles> {
  const config = await readConfig(folder, 'tokenizer_config.json', Config)
  const model = await readConfig(folder, 'config.json', ModelConfig)
  const template = (await readText(join(folder, 'chat_template.jinja'))) ?? templateOf(config?.chat_template)
  if (template === undefined)
    throw new UsageError(
      `write.targets: ${name} has no chat template (looked for chat_template.jinja and for chat_template in tokenizer_config.json in ${folder}); give the model that is trained, or a folder with its template`,
    )
  const tokens: Record<string, string> = {}
  for (const key of ['bos_token', 'eos_token', 'pad_token', 'unk_token'] as const) {
    const value = config?.[key]
    if (value !== undefined && value !== null) tokens[key] = typeof value === 'string' ? value : value.content
  }
  const tokenizer = join(folder, 'tokenizer.json')
  const context = config?.model_max_length ?? model?.max_position_embeddings ?? null
  return {
    name,
    commit,
    template,
    tokens,
    tokenizer: (await exists(tokenizer)) ? tokenizer : null,
    context: context !== null && context < mostContext ? context : (model?.max_position_embeddings ?? null),
  }
}

function templateOf(stated: z.output<typeof Config>['chat_template']): string | undefined {
  if (typeof stated === 'string') return stated
  return stated?.find(({ name }) => name === 'default')?.template ?? undefined
}

async function readConfig<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const text = await readText(join(folder, name))
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new RunError(
      `${join(folder, name)} cannot be read as ${name} of a model; correct it or load it again`,
      {
        cause,
      },
    )
  }
}
