import { replaceFile } from '../../store/files/atomic.ts'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { ProgressLine } from '../../schemas/progress.ts'
import { ReviewLine } from '../../schemas/review.ts'
import { reasonSections } from '../stages/all-reasons.ts'
import { Recipe } from '../recipe/recipe.ts'
import { codeTestsPage } from './code-tests-page.ts'
import { filtersPage } from './filters-page.ts'
import { metricsPage } from './metrics-page.ts'
import { problemsPage } from './problems-page.ts'

type Node = {
  type?: string | string[]
  description?: string
  default?: unknown
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Node>
  required?: string[]
  additionalProperties?: Node | boolean
  items?: Node
  anyOf?: Node[]
  allOf?: Node[]
}

/** Pages that are made from the code, by their path below `docs/`; a test compares them with what is committed. */
export function references(): Record<string, string> {
  const schema = z.toJSONSchema(Recipe, { io: 'input', unrepresentable: 'any' })
  return {
    'recipe.schema.json': `${JSON.stringify({ title: 'Twinstill recipe', ...schema }, null, 2)}\n`,
    'review.schema.json': `${JSON.stringify({ title: 'A line of reviews/*.jsonl', ...z.toJSONSchema(ReviewLine, { io: 'input' }) }, null, 2)}\n`,
    'progress.schema.json': `${JSON.stringify({ title: 'A line of `--progress json`', ...z.toJSONSchema(ProgressLine) }, null, 2)}\n`,
    'metrics.md': `${metricsPage()}\n`,
    'recipe.md': recipePage(schema as Node),
    'filters.md': `${filtersPage()}\n`,
    'problems.md': `${problemsPage()}\n`,
    'code-tests.md': `${codeTestsPage()}\n`,
    'reasons.md': `${reasonsPage()}\n`,
  }
}

function recipePage(schema: Node): string {
  return [
    '# Every key of a recipe',
    '',
    'Made from the code by `npm run docs`. `NAME` stands for a name of your own. Editors that read JSON Schema complete and check recipes with `docs/recipe.schema.json`.',
    '',
    '| key | takes | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows('', schema, false),
    '',
  ].join('\n')
}

function rows(path: string, node: Node, required: boolean): string[] {
  const alternatives = [node, ...(node.anyOf ?? []), ...(node.allOf ?? [])]
  const properties = Object.assign({}, ...alternatives.map((each) => each.properties ?? {})) as Record<
    string,
    Node
  >
  const needed = new Set(alternatives.flatMap((each) => each.required ?? []))
  const own =
    path === ''
      ? []
      : [
          `| \`${path}\` | ${cell(takes(node))} | ${required ? 'required' : standard(node)} | ${cell(node.description ?? '')} |`,
        ]
  const free = alternatives.map((each) => each.additionalProperties).find((each) => typeof each === 'object')
  const inside = Object.keys(properties).flatMap((key) =>
    rows(path === '' ? key : `${path}.${key}`, properties[key]!, needed.has(key)),
  )
  return [
    ...own,
    ...inside,
    ...(free && Object.keys(free).length > 0 ? rows(`${path}.NAME`, free, false) : []),
  ]
}

function takes(node: Node): string {
  if (node.anyOf) return [...new Set(node.anyOf.map(takes))].join(' or ')
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``
  if (node.type === 'array') return `list of ${takes(node.items ?? {})}`
  if (node.type === 'object' || node.properties) return 'mapping'
  const names: Record<string, string> = {
    string: 'text',
    integer: 'whole number',
    number: 'number',
    boolean: '`true`, `false`',
    null: '`null`',
  }
  return [node.type ?? '']
    .flat()
    .map((type) => names[type] ?? 'anything')
    .join(' or ')
}

function standard(node: Node): string {
  if (
    node.default === undefined ||
    (typeof node.default === 'object' && node.default !== null && !Array.isArray(node.default))
  )
    return ''
  return `\`${cell(JSON.stringify(node.default))}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function reasonsPage(): string {
  return [
    '# Every reason in the ledger',
    'Made from the code by `npm run docs`. A sample that several reasons speak against is counted under the first one in the order of this page. A code that is not here was written by another version.',
    ...reasonSections().flatMap(({ heading, stage, about, reasons }) =>
      [
        heading,
        stage === '' ? '' : `Lost at ${stage}.`,
        about,
        Object.keys(reasons).length === 0 ? '' : table(reasons),
      ].filter((paragraph) => paragraph !== ''),
    ),
  ].join('\n\n')
}

function table(entries: Readonly<Record<string, string>>): string {
  const rows = Object.entries(entries).map(([code, meaning]) => `| \`${code}\` | ${cell(meaning)} |`)
  return ['| reason | meaning |', '| --- | --- |', ...rows].join('\n')
}

if (import.meta.main) {
  const folder = fileURLToPath(new URL('../../docs/', import.meta.url))
  for (const [name, text] of Object.entries(references())) await replaceFile(`${folder}${name}`, text)
}
