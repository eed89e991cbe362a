import type { Arm } from '../../schemas/arm.ts'
import { matchedOf, notRecorded } from './facts.ts'
import type { CardFacts } from './facts.ts'
import { code, inline, section, share, table, whole } from './markdown.ts'
import { teacherFacts } from './row-counts.ts'
import type { ConfigurationStatistics } from './statistics.ts'
import { ranked } from './tally.ts'
import type { Tally } from './tally.ts'

/** Section 6 of the card: sources, teachers, sampling and arms. */
export function makingSection(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  return section('How it was made', [
    `Every problem was sent to every arm below with the same user message; ${whatIsIn(facts)}`,
    table(['source of the problems', 'licence', 'rows', 'share'], sourceRows(facts, statistics)),
    'Teachers and sampling as recorded in the rows (`–` where the request left a parameter out):',
    ...teacherTables(ranked(teachersOf(statistics))),
    'The arms of the recipe:',
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
    `Precision of the weights: ${notRecorded}, because no server says it. What the servers said of themselves stands under Provenance.`,
  ])
}

const inDataset = {
  selected: 'a problem is in it only with one selected answer of every arm',
  kept: 'it has every answer that the filters kept, selected or not',
  all: 'it is made of every answer, also of those that the filters dropped',
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
  const all = ranked(first.sources)
  const shown = all.slice(0, mostSources).map(([entry, rows]) => {
    const [source, license] = JSON.parse(entry) as [string, string]
    return [
      inline(source) || notRecorded,
      inline(license) || notRecorded,
      whole(rows),
      share(rows, first.rows),
    ]
  })
  if (all.length === shown.length) return shown
  const others = all.slice(mostSources)
  const rest = others.reduce((sum, [, rows]) => sum + rows, 0)
  const licenses = new Set(others.map(([entry]) => (JSON.parse(entry) as [string, string])[1]))
  return [
    ...shown,
    [
      `${whole(others.length)} further ones`,
      licenses.size > 5
        ? `${whole(licenses.size)} licences`
        : [...licenses].map((one) => inline(one) || notRecorded).join(', '),
      whole(rest),
      share(rest, first.rows),
    ],
  ]
}

/** A source may be the address of a row, and a card has no room for a million of them. */
const mostSources = 100

/** The pairs hold the answers of all arms; without them the other configurations do together. */
function teachersOf(statistics: readonly ConfigurationStatistics[]): Tally {
  const pairs = statistics.find((one) => one.name === 'pairs')
  const teachers: Tally = new Map()
  for (const one of pairs ? [pairs] : statistics) {
    for (const [entry, rows] of one.teachers) teachers.set(entry, (teachers.get(entry) ?? 0) + rows)
  }
  return teachers
}

/** So many teachers stand beside each other, which a page has room for. */
const teachersAcross = 3

/** What is known of the teachers, a column each: a row each would be wider than any page. */
function teacherTables(teachers: readonly [string, number][]): string[] {
  const tables: string[] = []
  for (let at = 0; at < teachers.length; at += teachersAcross) {
    const own = teachers.slice(at, at + teachersAcross)
    const known = own.map(([entry]) => JSON.parse(entry) as Recorded[])
    const [head, ...facts] = teacherFacts.map((fact, index) =>
      [labels[fact] ?? fact].concat(known.map((values) => factText(fact, values[index] ?? null))),
    )
    tables.push(table(head!, [...facts, ['rows'].concat(own.map(([, count]) => whole(count)))]))
  }
  return tables
}

type Recorded = string | Record<string, number | null> | null

const labels: Readonly<Partial<Record<(typeof teacherFacts)[number], string>>> = { served_model: 'served as' }

function factText(fact: (typeof teacherFacts)[number], value: Recorded): string {
  if (typeof value === 'object' && value !== null) return samplingText(value)
  if (fact === 'effort' && value === null) return '–'
  return value === null || value === '' ? notRecorded : code(value)
}

function samplingText(sampling: Record<string, number | null>): string {
  return Object.entries(sampling)
    .map(([name, value]) => `${inline(name)} ${value ?? '–'}`)
    .join(', ')
}
