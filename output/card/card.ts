import { join } from 'node:path'
import { dataSections } from './data-sections.ts'
import { matchedOf } from './facts.ts'
import type { CardFacts } from './facts.ts'
import { writeCroissant } from './croissant/croissant.ts'
import { frontMatter } from './front-matter.ts'
import { code, inline, whole } from './markdown.ts'
import { originSections } from './origin-sections.ts'
import { writePlots, type Plots } from './plots.ts'
import { collectStatistics } from './statistics.ts'
import type { ConfigurationStatistics } from './statistics.ts'
import { readManifest, writeManifest } from '../dataset/manifest.ts'
import { replaceFile } from '../../store/files/atomic.ts'

export type { CardFacts, TokenUse } from './facts.ts'

/**
 * Writes the dataset card, `README.md`, its plots, which it adds to the manifest, and `croissant.json` beside it, from the manifest's shards: every number in it is counted from the rows, what
 * is not known is called "not recorded". The same shards and facts give the same text. An older card is replaced.
 *
 * @param counts of shards, by their paths, that need not be counted again
 */
export async function writeCard(
  datasetFolder: string,
  facts: CardFacts,
  counts?: ReadonlyMap<string, unknown>,
): Promise<void> {
  const { plots: _earlier, ...manifest } = await readManifest(datasetFolder)
  const statistics = await collectStatistics(datasetFolder, manifest, counts)
  const plots = await writePlots(datasetFolder, facts, statistics)
  await writeManifest(datasetFolder, { ...manifest, ...(plots.files.length > 0 && { plots: plots.files }) })
  await replaceFile(join(datasetFolder, 'README.md'), renderCard(facts, statistics, plots))
  await writeCroissant(datasetFolder, facts, statistics)
}

/** The text of the card. */
function renderCard(facts: CardFacts, statistics: readonly ConfigurationStatistics[], plots: Plots): string {
  const sections = [
    `# ${inline(facts.title)}`,
    facts.summary,
    `${extent(facts, statistics)} ${synthetic(facts)}`,
    ...dataSections(facts, statistics, plots),
    ...originSections(facts, statistics, plots),
  ]
  return `${frontMatter(facts, statistics)}\n${sections.join('\n\n')}\n`
}

/** A dataset of simulated answers looks like any other, so it says first what it is. */
function synthetic({ terms = [] }: CardFacts): string {
  const simulated = terms.filter((one) => one.simulated).map(({ arm }) => code(arm))
  if (simulated.length === 0) return 'All answers are synthetic: models wrote them.'
  return `All answers are synthetic. **Those of ${simulated.join(', ')} are from a simulated teacher, a program that acts as the model it is named after: no model wrote them, and nothing can be learnt from them.**`
}

function extent(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  const [matched] = matchedOf(facts, statistics)
  const rows = statistics.reduce((sum, one) => sum + one.rows, 0)
  return matched
    ? `${whole(matched.rows)} problems, each answered by ${whole(facts.arms.length)} arms, in ${whole(statistics.length)} configurations.`
    : `${whole(rows)} rows with answers of ${whole(facts.arms.length)} arms, in ${whole(statistics.length)} configurations.`
}
