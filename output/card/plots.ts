import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { replaceFile } from '../../store/files/atomic.ts'
import { remove } from '../../store/files/entries.ts'
import { lengthRatios } from '../charts/length-ratios.ts'
import { lossFunnel } from '../charts/loss-funnel.ts'
import { passRates } from '../charts/pass-rates.ts'
import { pngOf } from '../charts/png.ts'
import { light } from '../charts/theme.ts'
import { tokenLengths } from '../charts/token-lengths.ts'
import type { PlotFile } from '../dataset/manifest.ts'
import { chartRows } from './distributions.ts'
import { matchedOf, type CardFacts } from './facts.ts'
import type { ConfigurationStatistics } from './statistics.ts'

const plotNames = ['loss-funnel', 'token-lengths', 'pass-rates', 'length-ratio'] as const
type PlotName = (typeof plotNames)[number]

/** The plots of a card by name; one for which the dataset has no numbers is missing. */
export type Plots = { names: readonly PlotName[]; files: PlotFile[] }

/**
 * Draws the plots of a dataset into its folder `plots`, each as an SVG and as a PNG with a background of its own. They
 * replace older ones. A dataset without rows has none.
 */
export async function writePlots(
  datasetFolder: string,
  facts: CardFacts,
  statistics: readonly ConfigurationStatistics[],
): Promise<Plots> {
  await remove(join(datasetFolder, 'plots'))
  if (facts.plots === false || statistics.every(({ rows }) => rows === 0)) return { names: [], files: [] }
  const drawn = await drawPlots(facts, statistics)
  const files: PlotFile[] = []
  for (const [name, svg] of drawn) {
    files.push(await writePlot(datasetFolder, `plots/${name}.svg`, Buffer.from(svg)))
    files.push(await writePlot(datasetFolder, `plots/${name}.png`, await pngOf(svg)))
  }
  return { names: [...drawn.keys()], files }
}

async function drawPlots(
  facts: CardFacts,
  statistics: readonly ConfigurationStatistics[],
): Promise<Map<PlotName, string>> {
  const { lengths } = chartRows(withAnswers(facts, statistics).map((one) => one.distributions))
  const { rates, ratios } = chartRows(withProblems(facts, statistics).map((one) => one.distributions))
  const drawn = new Map<PlotName, string>()
  if (facts.funnel.length > 0) drawn.set('loss-funnel', await lossFunnel(facts.funnel, light))
  if (lengths.length > 0) drawn.set('token-lengths', await tokenLengths(lengths, light))
  if (rates.length > 0) drawn.set('pass-rates', await passRates(rates, light))
  if (ratios !== undefined) drawn.set('length-ratio', await lengthRatios(ratios, light))
  return drawn
}

/** The configuration that shows most answers, wrong ones too where there are any. */
function withAnswers(
  facts: CardFacts,
  statistics: readonly ConfigurationStatistics[],
): ConfigurationStatistics[] {
  for (const reads of ['all', 'kept'] as const) {
    const names = new Set(facts.exports.filter((one) => one.reads === reads).map(({ name }) => name))
    const found = statistics.find(({ name, tokens }) => names.has(name) && tokens.size > 0)
    if (found) return [found]
  }
  return withProblems(facts, statistics)
}

/** Configurations that show every problem once: the pairs, else the matched ones, else the first. */
export function withProblems(
  facts: CardFacts,
  statistics: readonly ConfigurationStatistics[],
): ConfigurationStatistics[] {
  const pairs = statistics.find(({ name }) => name === 'pairs')
  if (pairs) return [pairs]
  const matched = matchedOf(facts, statistics)
  return matched.length > 0 ? matched : statistics.filter(({ tokens }) => tokens.size > 0).slice(0, 1)
}

/** A plot in the card's text, empty where there is none. */
export function plotOf({ names }: Plots, name: PlotName, title: string): string {
  return names.includes(name) ? `${title}:\n\n[![${title}](plots/${name}.png)](plots/${name}.svg)` : ''
}

async function writePlot(datasetFolder: string, path: string, content: Uint8Array): Promise<PlotFile> {
  await replaceFile(join(datasetFolder, path), content)
  return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
}
