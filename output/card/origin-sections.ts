import { matchedOf, notRecorded, publishedRows, whenPublished } from './facts.ts'
import type { CardFacts, FunnelRow } from './facts.ts'
import { datasetLicense } from './front-matter.ts'
import { makingSection } from './making-section.ts'
import { code, inline, section, table, whole, withoutColumn } from './markdown.ts'
import type { ConfigurationStatistics } from './statistics.ts'
import { plotOf, type Plots } from './plots.ts'
import { ranked } from './tally.ts'
import { syntheticSection } from './synthetic-section.ts'
import { tokenSection } from './token-section.ts'

/** Sections 6 to 13 of the card: how it was made and checked, licences, limits, provenance. */
export function originSections(
  facts: CardFacts,
  statistics: readonly ConfigurationStatistics[],
  plots: Plots,
): string[] {
  const notes = facts.notes ?? {}
  return [
    makingSection(facts, statistics),
    quality(facts, statistics, plots),
    ...tokenSection(facts, matchedOf(facts, statistics)[0]?.rows ?? 0),
    licences(facts, statistics),
    syntheticSection(facts, statistics),
    section('Limitations and biases', [limitations, notes.limitations ?? '']),
    section('Personal and sensitive information', [notes.personal_information ?? `Scan: ${notRecorded}.`]),
    provenance(facts),
    section('Versions', [
      notes.changelog ??
        'Every publication is a commit of this repository; `manifest.json` tells two of them apart by the digests of their rows.',
    ]),
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

function quality(facts: CardFacts, statistics: readonly ConfigurationStatistics[], plots: Plots): string {
  const notes = facts.notes ?? {}
  const judged = statistics.filter((one) => one.verdicts.size > 0)
  const verdicts = judged.map((one) => [
    code(one.name),
    ranked(one.verdicts)
      .map(([verdict, rows]) => `${code(verdict)} ${whole(rows)}`)
      .join(', '),
  ])
  return section('Quality control', [
    'Verdicts of the answers in the dataset:',
    verdicts.length === 0 ? notRecorded : table(['configuration', 'verdicts'], verdicts),
    withoutColumn(
      'verdict',
      statistics.filter((one) => one.verdicts.size === 0),
    ),
    ...verifierLines(facts, statistics),
    'From the first problem to the published row; every loss has one reason:',
    plotOf(plots, 'loss-funnel', 'What is left after every stage, by arm, and what it lost'),
    facts.funnel.length === 0
      ? notRecorded
      : table(['stage', 'arm', 'in', 'out', 'lost, by reason'], facts.funnel.map(funnelRow)),
    `- Deduplication: ${notes.deduplication ?? notRecorded}\n- Decontamination against benchmarks: ${notes.decontamination ?? notRecorded}\n- Review by people: ${notes.human_review ?? 'how many pairs people looked at stands under Provenance (reviewed)'}`,
  ])
}

/** Of every task in the dataset: with which verifier it was checked, in which version, and its measured error. */
function verifierLines(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string[] {
  const tasks = new Set(statistics.flatMap((one) => [...one.tasks.keys()]))
  const used = (facts.verifiers ?? []).filter(({ task }) => tasks.has(task))
  if (used.length === 0) return []
  return [
    'Checked by:',
    used
      .map(
        ({ task, verifier, version, text }) =>
          `- task ${code(task)}: verifier ${code(verifier)}, version ${inline(version)}; ${inline(text)}`,
      )
      .join('\n'),
  ]
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
  return section('Licences', [
    `The dataset as a whole: ${inline(datasetLicense(facts, statistics))}. Every row has the licence of its problem in the column \`license\`; the sources are in the table above.`,
    'What a model writes may be governed by the licence of its weights and by the terms of whoever served it:',
    table(
      [
        'arm',
        'model',
        'served by',
        'licence of the weights, or terms of its makers',
        'terms for outputs, as stated',
      ],
      (facts.terms ?? []).map(({ arm, model, served, license, stated }) => [
        code(arm),
        code(model),
        served,
        inline(license) || notRecorded,
        inline(stated) || notRecorded,
      ]),
    ),
  ])
}

function provenance({ provenance }: CardFacts): string {
  const { version, recipe, fingerprint, seed } = provenance
  return section('Provenance', [
    table(
      ['what', 'value'],
      [
        ['pipeline', inline(`Twinstill ${version}`)],
        ['recipe', code(recipe)],
        ['recipe fingerprint', code(fingerprint)],
        ...publishedRows.map((name) => [name, whenPublished]),
        ['seed', seed === null ? notRecorded : String(seed)],
      ],
    ),
    '`manifest.json` lists every file with its rows, bytes, sha256 and a digest of its rows. The same journal of answers gives the same bytes again; the sampling of the models cannot be repeated.',
  ])
}
