import { writeCard } from '../../output/card/card.ts'
import type { CardFacts } from '../../output/card/card.ts'
import { writeShards } from '../../output/dataset/dataset.ts'
import type { Export, ProblemGroup } from '../../output/exports/export.ts'
import { makeManifest, writeManifest } from '../../output/dataset/manifest.ts'
import { chooseExports } from '../../output/exports/registry.ts'
import type { ParquetLibrary } from '../../store/parquet/group-writer.ts'
import { EdgeRow, edgeRows } from '../output/edge-rows.ts'
import { madePair, studyArms } from '../output/made-pairs.ts'

const count = 240
const edges = edgeRows(count)

/** A configuration with every kind of column, one row a pair. */
const edge: Export = {
  name: 'edge',
  version: '1',
  describe: 'Every kind of column.',
  reads: 'selected',
  matched: true,
  order: 'problems',
  schema: () => EdgeRow,
  rows: (pair) => [edges[Number(pair.problem.source_id)]!],
}

const exports = [...chooseExports(studyArms), edge]

/** Pairs whose texts are those of the edge rows. */
function* edgePairs(): Generator<ProblemGroup> {
  for (const [index, { text, maybe_text: other }] of edges.entries()) {
    yield madePair(index, studyArms, { prompt: `Say ${text}`, reasoning: text, answer: other ?? '' })
  }
}

/** The rows that went into a configuration. */
export function* sourceRows(config: string): Generator<Record<string, unknown>> {
  const one = exports.find(({ name }) => name === config)!
  for (const pair of edgePairs()) yield* one.rows(pair, studyArms)
}

/** Writes a dataset folder of several shards with its manifest and card. */
export async function writeMadeDataset(folder: string, library?: ParquetLibrary): Promise<void> {
  const written = library === undefined ? {} : { library }
  const options = { ...written, folder, arms: studyArms, exports, groups: edgePairs(), shardBytes: 1_000_000 }
  await writeManifest(folder, makeManifest('f00d', await writeShards(options)))
  await writeCard(folder, facts)
}

const facts: CardFacts = {
  title: 'Made pairs: "quoted", # and ---',
  summary: 'Sums for a test.',
  repository: null,
  license: null,
  language: ['en'],
  arms: studyArms,
  exports,
  funnel: [],
  provenance: { version: '0.0.0', recipe: 'made', fingerprint: 'f00d', seed: 1 },
}
