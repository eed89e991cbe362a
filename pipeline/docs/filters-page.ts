import type { Declared } from '../../filters/filter.ts'
import { appliedElsewhere, type PublishedRule, publishedRules } from '../../filters/published-rules.ts'
import { nearDuplicate } from '../../filters/set/near-duplicate.ts'
import { benchmarkPresets, type MatchRules } from '../../filters/text/benchmark-presets.ts'
import {
  groupFilters,
  problemFilters,
  problemSetFilters,
  sampleFilters,
  sampleSetFilters,
} from '../../filters/registry.ts'

const scopes: readonly { heading: string; about: string; filters: readonly Declared[] }[] = [
  {
    heading: '## Problems',
    about:
      'Before anything is asked. What becomes of a problem is said by the `policy` of the filter: `drop`, `clear` (its reference answers), `warn` or `fail`.',
    filters: problemFilters,
  },
  {
    heading: '## Problems of the whole set',
    about: 'When the whole source has been read; such a problem is left out.',
    filters: problemSetFilters,
  },
  { heading: '## Answers', about: 'Each answer by itself.', filters: sampleFilters },
  {
    heading: '## All answers to one problem',
    about: 'Behind the filters of answers.',
    filters: groupFilters,
  },
  {
    heading: '## All answers of the run',
    about: 'The stage `filter-set`, which is there while one of these is on.',
    filters: sampleSetFilters,
  },
]

/** `docs/filters.md`: every filter of every scope, in the order in which they run. */
export function filtersPage(): string {
  return [
    '# Every filter',
    'Made from the code by `npm run docs`. Filters annotate: what they find is stored with its reasons and numbers, nothing is deleted, and another threshold decides again without a request. Options with their defaults are in `docs/recipe.md`; the sentences of the reasons are in `docs/reasons.md`.',
    ...scopes.flatMap(({ heading, about, filters }) => [heading, about, table(filters)]),
    '## Published rules',
    'What published recipes do, and the filter here that does it, or the key of a recipe where it is no filter.',
    publishedTable(),
    '## Near-duplicates: when two problems meet',
    'The chance that `near-duplicate` compares two problems at all, 1 − (1 − J^rows)^bands, by the share J of their shingles that they have in common. Shorter shingles have more in common: of a problem of 40 words with one word changed, 3-word shingles keep 35 of 38 (J = 0.85) and 5-word shingles 31 of 36 (J = 0.76). datatrove: `near-duplicate: { shingle: 5, bands: 14, rows: 8 }`.',
    curves(),
    '## Contamination: the rules of published recipes',
    'What `contamination: { preset: NAME }` stands for. The presets miss what the scripts miss; without one, `contamination` looks in all ways but Indel.',
    presets(),
    '## Measures',
    'Numbers that are stored with every decision, below `measures`; null where there was nothing to measure or the filter is off.',
    [
      '| measure | unit | of filter | meaning |',
      '| --- | --- | --- | --- |',
      ...scopes
        .flatMap(({ filters }) => filters)
        .flatMap(({ name: filter, measures = [] }) =>
          measures.map(
            ({ name, unit, describe }) => `| \`${name}\` | ${unit} | \`${filter}\` | ${describe} |`,
          ),
        ),
    ].join('\n'),
  ].join('\n\n')
}

const jaccards = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

function curves(): string {
  const usual = nearDuplicate.options.parse({}) as { shingle: number; bands: number; rows: number }
  const rows = [usual, { shingle: 5, bands: 14, rows: 8 }].map(({ shingle, bands, rows: hashes }) => {
    const chances = jaccards.map((share) => (1 - (1 - share ** hashes) ** bands).toFixed(3))
    return `| ${shingle} words, ${bands} bands of ${hashes} | ${chances.join(' | ')} |`
  })
  return [`| J | ${jaccards.join(' | ')} |`, `| --- |${' --- |'.repeat(jaccards.length)}`, ...rows].join('\n')
}

function presets(): string {
  const rows = Object.entries(benchmarkPresets).map(
    ([name, { ngram, words, stripped, indel }]: [string, MatchRules]) =>
      `| \`${name}\` | ${ngram ?? 'none'} | \`${words}\` | ${stripped ? 'yes' : 'no'} | ${indel ?? 'none'} |`,
  )
  return [
    '| preset | words of a run | words | equal without digits and punctuation | Indel similarity |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function table(filters: readonly Declared[]): string {
  const rows = filters.map(({ name, version, defaultOn, setBy, source, reasons, measures = [] }) => {
    const key = setBy === null ? 'always on' : `\`${setBy ?? `filter.${name}`}\``
    const found = [...Object.keys(reasons), ...measures.map((measure) => measure.name)]
    return `| \`${name}\` | ${version} | ${key} | ${defaultOn ? 'on' : 'off'} | ${source} | ${found.map((code) => `\`${code}\``).join(', ')} |`
  })
  return [
    '| filter | version | set by | by default | rule and defaults from | reasons and measures |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function publishedTable(): string {
  const filters = scopes.flatMap((scope) => scope.filters)
  const rows = Object.entries(publishedRules).map(([id, what]) => {
    const doing = filters.filter(({ rules = [] }) => rules.includes(id as PublishedRule))
    const elsewhere = appliedElsewhere[id as PublishedRule]
    const by = [
      ...doing.map(({ name, defaultOn }) => `\`${name}\` (${defaultOn ? 'on' : 'off'})`),
      ...(elsewhere === undefined ? [] : [`\`${elsewhere.key}\`: ${elsewhere.how}`]),
    ]
    return `| ${id} | ${what} | ${by.join(', ')} |`
  })
  return [
    '| rule | what it is about | filters, and whether they are on by default; other keys |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n')
}
