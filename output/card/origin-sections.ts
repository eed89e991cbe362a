import type { Arm } from '../../schemas/arm.ts'
import { matchedOf, notRecorded } from './facts.ts'
import type { CardFacts, FunnelRow } from './facts.ts'
import { datasetLicense } from './front-matter.ts'
import { code, inline, share, table, whole } from './markdown.ts'
import { teacherFacts } from './statistics.ts'
import type { ConfigurationStatistics } from './statistics.ts'
import { ranked } from './tally.ts'
import type { Tally } from './tally.ts'
import { tokenSection } from './token-section.ts'

/** Sections 6 to 13 of the card: how it was made and checked, licences, limits, provenance. */
export function originSections(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string[] {
  const notes = facts.notes ?? {}
  return [
    making(facts, statistics),
    quality(facts, statistics),
    ...tokenSection(facts, matchedOf(facts, statistics)[0]?.rows ?? 0),
    licences(facts, statistics),
    section('Limitations and biases', [limitations, notes.limitations ?? '']),
    section('Personal and sensitive information', [notes.personal_information ?? `Scan: ${notRecorded}.`]),
    provenance(facts),
    section('Versions', [notes.changelog ?? notRecorded]),
    section('Citation and contact', [notes.citation ?? notRecorded, notes.contact ?? '']),
  ]
}

const limitations = [
  '- All answers and all reasoning were written by models. A right final answer does not make the reasoning before it right.',
  "- The verdict is a program's or a model's judgement; `undecided` and unchecked rows say so in the column `verdict`.",
  '- Models repeat texts that they were trained on and may speak of themselves by name.',
  '- Subjects and languages are as uneven as the sources; the tables above show how much.',
  '- Not meant for evaluation: whoever trains on it cannot be measured with its problems.',
].join('\n')

function making(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  return section('How it was made', [
    `Every problem was sent to every arm below with the same user message; ${whatIsIn(facts)}`,
    table(['source of the problems', 'licence', 'rows', 'share'], sourceRows(facts, statistics)),
    'Teachers and sampling as recorded in the rows (`–` where the request left a parameter out):',
    table(
      [
        'teacher',
        'model',
        'revision',
        'served as',
        'provider',
        'mode',
        'switch',
        'effort',
        'sampling',
        'tokenizer',
        'rows',
      ],
      ranked(teachersOf(statistics)).map(teacherRow),
    ),
    table(
      ['arm', 'role', 'endpoint', 'samples a problem', 'answers cut off', 'system message'],
      facts.arms.map((arm) => [
        code(arm.name),
        code(arm.role),
        arm.import ? 'imported traces' : code(arm.endpoint),
        samplesText(arm),
        truncationText(arm),
        arm.system === '' ? 'none' : code(arm.system),
      ]),
    ),
    facts.arms.some((arm) => arm.adaptive !== null)
      ? 'Adaptive arms (column `sampling_plan`) were sampled until an answer was right: the share of right answers among all their samples is no pass rate. Pass rates are counted over the first samples, which every problem has.'
      : '',
    `Precision, server versions and dates of generation: ${notRecorded}.`,
  ])
}

const inDataset = {
  selected: 'a problem is in it only with one selected answer of every arm',
  kept: 'it has every answer that the filters kept, selected or not',
  all: 'it has every answer, also those that the filters dropped',
}

function whatIsIn({ exports }: CardFacts): string {
  if (exports.every((one) => one.reads === 'selected'))
    return 'a problem is in the dataset only with one selected answer of every arm.'
  const named = exports.map(({ name, reads }) => `${code(name)}: ${inDataset[reads]}`)
  return `of the answers that came back, each configuration has its own share:\n\n${named.map((line) => `- ${line}`).join('\n')}`
}

function samplesText({ samples, adaptive }: Arm): string {
  if (adaptive === null) return whole(samples)
  const { min, max, correct, give_up } = adaptive
  const until = `${whole(min)} to ${whole(max)}, until ${whole(correct)} right (adaptive)`
  return give_up === null
    ? until
    : `${until}; given up after ${whole(give_up.after)} with at most ${whole(give_up.correct)} right`
}

function truncationText({ truncated, sampling }: Arm): string {
  if (truncated.policy === 'keep') return 'kept'
  if (truncated.policy === 'raise')
    return `asked again with ${truncated.max_tokens.map(whole).join(', ')} tokens instead of ${whole(sampling.max_tokens ?? 0)}`
  return `continued, at most ${whole(truncated.rounds)} times and to ${whole(truncated.max_tokens)} tokens in all`
}

function sourceRows(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string[][] {
  const first = [...matchedOf(facts, statistics), ...statistics].find((one) => one.sources.size > 0)
  if (first === undefined) return [[notRecorded, notRecorded, notRecorded, '']]
  return ranked(first.sources).map(([entry, rows]) => {
    const [source, license] = JSON.parse(entry) as [string, string]
    return [
      inline(source) || notRecorded,
      inline(license) || notRecorded,
      whole(rows),
      share(rows, first.rows),
    ]
  })
}

/** The pairs hold the answers of all arms; without them the other configurations do together. */
function teachersOf(statistics: readonly ConfigurationStatistics[]): Tally {
  const pairs = statistics.find((one) => one.name === 'pairs')
  const teachers: Tally = new Map()
  for (const one of pairs ? [pairs] : statistics) {
    for (const [entry, rows] of one.teachers) teachers.set(entry, (teachers.get(entry) ?? 0) + rows)
  }
  return teachers
}

function teacherRow([entry, rows]: [string, number]): string[] {
  const values = JSON.parse(entry) as (string | Record<string, number | null> | null)[]
  const cells = teacherFacts.map((fact, index) => {
    const value = values[index] ?? null
    if (typeof value === 'object' && value !== null) return samplingText(value)
    if (fact === 'effort' && value === null) return '–'
    return value === null || value === '' ? notRecorded : code(value)
  })
  return [...cells, whole(rows)]
}

function samplingText(sampling: Record<string, number | null>): string {
  return Object.entries(sampling)
    .map(([name, value]) => `${inline(name)} ${value ?? '–'}`)
    .join(', ')
}

function quality(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  const notes = facts.notes ?? {}
  const verdicts = statistics.map((one) => [
    code(one.name),
    ranked(one.verdicts)
      .map(([verdict, rows]) => `${code(verdict)} ${whole(rows)}`)
      .join(', ') || notRecorded,
  ])
  return section('Quality control', [
    'Verdicts of the answers in the dataset:',
    table(['configuration', 'verdicts'], verdicts),
    'From the first problem to the published row; every loss has one reason:',
    facts.funnel.length === 0
      ? notRecorded
      : table(['stage', 'arm', 'in', 'out', 'lost, by reason'], facts.funnel.map(funnelRow)),
    `- Deduplication: ${notes.deduplication ?? notRecorded}\n- Decontamination against benchmarks: ${notes.decontamination ?? notRecorded}\n- Review by people: ${notes.human_review ?? notRecorded}`,
  ])
}

function funnelRow(row: FunnelRow): string[] {
  const losses = Object.entries(row.lost)
    .filter(([, count]) => count > 0)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([reason, count]) => `${code(reason)} ${whole(count)}`)
  return [
    inline(row.stage),
    row.arm === '' ? 'all' : code(row.arm),
    whole(row.in),
    whole(row.out),
    losses.join(', '),
  ]
}

function licences(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  const families = [...new Set(facts.arms.map((arm) => arm.teacher))]
  return section('Licences', [
    `The dataset as a whole: ${inline(datasetLicense(facts, statistics))}. Every row has the licence of its problem in the column \`license\`; the sources are in the table above.`,
    table(
      ['teacher', 'licence of the weights or terms of the provider'],
      families.map((family) => [code(family), inline(facts.teacher_licenses?.[family] ?? notRecorded)]),
    ),
    'What a model writes may also be governed by the terms of whoever served it.',
  ])
}

function provenance({ provenance }: CardFacts): string {
  const { version, commit, recipe, fingerprint, run, seed } = provenance
  return section('Provenance', [
    table(
      ['what', 'value'],
      [
        ['pipeline', inline(`Twinstill ${version}`)],
        ['commit', commit === null ? notRecorded : code(commit)],
        ['recipe', code(recipe)],
        ['recipe fingerprint', code(fingerprint)],
        ['run', run === null ? notRecorded : code(run)],
        ['seed', seed === null ? notRecorded : String(seed)],
      ],
    ),
    '`manifest.json` lists every file with its rows, bytes, sha256 and a digest of its rows. The same journal of answers gives the same bytes again; the sampling of the models cannot be repeated.',
  ])
}

function section(title: string, paragraphs: readonly string[]): string {
  return [`## ${title}`, ...paragraphs.filter((paragraph) => paragraph !== '')].join('\n\n')
}
