import { sourcesOf, whenPublished, type CardFacts } from './facts.ts'
import { code, inline, section, table, whole } from './markdown.ts'
import { teacherFacts } from './row-counts.ts'
import type { ConfigurationStatistics } from './statistics.ts'

/**
 * The facts that a provider of a model needs for the part on synthetic data of the public summary of training content
 * (Regulation (EU) 2024/1689, article 53(1)(d); template of the AI Office of July 2025), as far as the run recorded them.
 */
export function syntheticSection(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  return section('Synthetic data, for a summary of training content', [
    'Who trains a general-purpose model on this dataset and places it on the market of the European Union has to describe its synthetic data (AI Act, article 53(1)(d)). This is what the run recorded; what it did not record is said as such.',
    table(
      ['asked for', 'recorded'],
      [
        ['was synthetic data made by AI used', 'yes: every answer and all reasoning'],
        ['purpose', 'distillation: other models are trained on what these models wrote'],
        ['modality', 'text'],
        ['size', sizeText(statistics)],
        ['models that wrote it', modelsText(facts)],
        [
          'are these models on the market, and where are their own summaries',
          'not recorded: look at the page of each model',
        ],
        ['further models that judged or checked it', judgesText(statistics)],
        ['what the models were given', sourcesText(statistics)],
        ['is that text public, or protected by rights of others', 'not recorded beyond its licence'],
        ['languages', facts.language.length === 0 ? 'not recorded' : facts.language.map(code).join(', ')],
        ['begun', whenPublished],
        ['written', whenPublished],
        ['personal data', inlineNote(facts.notes?.personal_information)],
      ],
    ),
  ])
}

/** Rows share their answers, so configurations are counted, the largest first, as far as they have answers of others. */
function sizeText(statistics: readonly ConfigurationStatistics[]): string {
  const sizes = statistics
    .map(({ name, rows, tokens, teachers }) => ({
      name,
      rows,
      tokens: [...tokens.values()].reduce((sum, { total }) => sum + total, 0),
      teachers: [...teachers.keys()],
    }))
    .filter(({ tokens }) => tokens > 0)
    .toSorted((a, b) => b.tokens - a.tokens)
  const seen = new Set<string>()
  const counted = sizes.filter(({ teachers }) => {
    const hasOthers = teachers.some((teacher) => !seen.has(teacher))
    for (const teacher of teachers) seen.add(teacher)
    return hasOthers
  })
  if (counted.length === 0) return 'not recorded'
  const names = new Set(statistics.flatMap(({ teachers }) => tokenizersOf(teachers)))
  const parts = counted.map(
    ({ name, rows, tokens }) => `${whole(tokens)} in the ${whole(rows)} rows of ${code(name)}`,
  )
  return `tokens (${[...names].map(code).join(', ')}): ${parts.join(', ')}${sizes.length > counted.length ? '; the other configurations hold answers of the same models' : ''}`
}

function tokenizersOf(teachers: ReadonlyMap<string, number>): string[] {
  const at = teacherFacts.indexOf('tokenizer')
  return [...teachers.keys()].flatMap((entry) => {
    const name = (JSON.parse(entry) as (string | null)[])[at]
    return typeof name === 'string' && name !== '' ? [name] : []
  })
}

function modelsText({ arms, terms = [] }: CardFacts): string {
  const models = Map.groupBy(arms, ({ model, revision }) => JSON.stringify([model, revision]))
  return [...models.values()]
    .map((own) => {
      const { model, revision } = own[0]!
      const licenses = new Set(
        terms.filter(({ arm }) => own.some(({ name }) => name === arm)).map(({ license }) => license),
      )
      const license = [...licenses].filter((one) => one !== '').join(', ')
      return `${code(model)}, revision ${revision === '' ? 'not recorded' : code(revision)}, ${license === '' ? 'licence not recorded' : inline(license)}`
    })
    .join('; ')
}

function judgesText(statistics: readonly ConfigurationStatistics[]): string {
  const sources = new Set(statistics.flatMap(({ verdictSources }) => [...verdictSources.keys()]))
  if (sources.size === 0) return 'not recorded'
  return sources.has('judge') || sources.has('both')
    ? 'a model judged some of the answers: see the column `verdict_source`'
    : 'none: programs checked the answers'
}

function sourcesText(statistics: readonly ConfigurationStatistics[]): string {
  const sources = sourcesOf(statistics)
  if (sources.length === 0) return 'not recorded'
  const shown = sources
    .slice(0, 20)
    .map(
      ({ source, license }) =>
        `${inline(source) || 'an unnamed source'} (${inline(license) || 'licence not recorded'})`,
    )
  return `problems of ${shown.join(', ')}${sources.length > 20 ? `, and ${sources.length - 20} more` : ''}`
}

function inlineNote(note: string | undefined): string {
  return note === undefined ? 'not recorded' : note.replaceAll('\n', ' ').replaceAll('|', String.raw`\|`)
}
