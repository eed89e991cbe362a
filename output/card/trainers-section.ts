import { Shape } from '../exports/shapes.ts'
import { knownTemplates, knownTemplatesOf } from '../render/known-templates.ts'
import type { CardFacts } from './facts.ts'
import { code, section, table, whole } from './markdown.ts'
import { teacherFacts } from './row-counts.ts'
import type { ConfigurationStatistics } from './statistics.ts'

type Place = Shape | 'text' | 'none'

/** Who can train on which configuration, and for which chat templates the place of its reasoning is right. */
export function trainersSection(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  const forms = statistics.flatMap((one) => {
    const form = trainedAs(one)
    return form === undefined ? [] : [{ name: one.name, ...form }]
  })
  if (forms.length === 0)
    return section('Trainers', ['No configuration of this dataset holds chat messages.'])
  const places = new Set(forms.map(({ place }) => place))
  return section('Trainers', [
    'No place for reasoning is right for every chat template: some delete a thinking block in the message, some put it into the answer as plain text, some read no field. `npm run render -- RECIPE --target MODEL` renders every row with the template of the model that is trained and says what it makes of it.',
    targetsText(facts),
    table(
      ['configuration', 'columns', 'reasoning'],
      forms.map(({ name, columns, place }) => [code(name), columns, placeText[place]]),
    ),
    ...templateTable([...places]),
    'Where a text itself mentions a tag of a thinking block, the row has a backslash after its `<`.',
    table(['trainer', 'how'], trainers),
  ])
}

const placeText: Record<Place, string> = {
  inline: 'inline, in a `<think>` block where there is any',
  reasoning_content: 'in the field `reasoning_content`',
  thinking: 'in the field `thinking`',
  reasoning: 'in the field `reasoning`',
  text: 'in the text; no template is applied',
  none: 'none: right in every template',
}

const trainers = [
  [
    'TRL `SFTTrainer`',
    'finds `messages`, or `prompt` and `completion` with `chat_template_kwargs`, by itself; no other column is read',
  ],
  [
    'Axolotl',
    '`type: chat_template`; `split_thinking: true` if the template has a field of its own for reasoning',
  ],
  [
    'LLaMA-Factory',
    'an entry of `dataset_info.json` with `formatting: sharegpt` and the tags `role`, `content`, `user`, `assistant`; reads inline blocks only; `ranking: true` wants preference pairs written with `single: true`',
  ],
  [
    'verl',
    '`data.messages_key: messages` in its multi-turn fine-tuning, which applies the template to each message alone: with those of Qwen3 it raises, and with `ignore_input_ids_mismatch` it leaves their reasoning out',
  ],
]

/** What is trained in a configuration, and where its reasoning stands, by its columns and the modes of its answers. */
function trainedAs({
  columns,
  teachers,
}: ConfigurationStatistics): { columns: string; place: Place } | undefined {
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  const trained = ['messages', 'completion', 'chosen'].find((name) => types.has(name))
  if (trained === undefined) return undefined
  const named = {
    messages: '`messages`',
    completion: '`prompt`, `completion`',
    chosen: '`prompt`, `chosen`, `rejected`',
  }
  const type = types.get(trained)!
  const field = /\b(reasoning_content|thinking|reasoning): string/u.exec(type)?.[1]
  const modes = new Set([...teachers.keys()].map((entry) => (JSON.parse(entry) as unknown[])[modeAt]))
  const isPlain = modes.size === 1 && modes.has('non_thinking')
  const place = type === 'string' ? 'text' : isPlain ? 'none' : Shape.parse(field ?? 'inline')
  return { columns: named[trained as keyof typeof named], place }
}

const modeAt = teacherFacts.indexOf('mode')

function targetsText({ targets = [] }: CardFacts): string {
  if (targets.length === 0) return ''
  return `Made for ${targets.map(code).join(', ')}: it is published only when every row comes out right in their templates, or when its makers accept what does not.`
}

/** For each place of this dataset the templates in which it is right, and those in which it is not. */
function templateTable(places: readonly Place[]): string[] {
  const shapes = Shape.options.filter((shape) => places.includes(shape))
  if (shapes.length === 0) return []
  const names = [...knownTemplates].filter(([name]) => !name.endsWith('_training'))
  const rows = shapes.map((shape) => {
    const of = (...outcomes: string[]): string => {
      const found = names.filter(([, each]) => outcomes.includes(each[shape])).map(([name]) => code(name))
      return found.length === 0 ? '–' : `${whole(found.length)}: ${found.join(', ')}`
    }
    return [
      placeText[shape],
      of('right'),
      of('from_5_21'),
      of('lost'),
      of('misplaced', 'answer_lost', 'error'),
    ]
  })
  return [
    `Of the ${names.length} text templates that ${knownTemplatesOf} ships, by the names that they have there:`,
    table(
      ['reasoning', 'right', 'right with transformers 5.21 and later', 'lost', 'in the answer as plain text'],
      rows,
    ),
  ]
}
