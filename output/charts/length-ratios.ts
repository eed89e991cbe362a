import { drawSvg, centred, plain } from './draw.ts'
import { logarithmicBars, medianOf, totalOf, type Occurrences } from './histogram.ts'
import type { Theme } from './theme.ts'

/** How much longer the answers of one arm are than those of another to the same problems. */
export type LengthRatios = { longer: string; shorter: string; ratios: Occurrences }

const perDoubling = 4

/** The ratio of two lengths over all pairs, with the median. */
export async function lengthRatios({ longer, shorter, ratios }: LengthRatios, theme: Theme): Promise<string> {
  const median = medianOf(ratios) ?? 1
  const shown = median.toLocaleString('en', { maximumSignificantDigits: 3 })
  const words = {
    title: `Tokens of ${longer} for each token of ${shorter}`,
    description: `The median of ${totalOf(ratios)} pairs is ${shown}.`,
  }
  return drawSvg(theme, words, (plot) => ({
    height: 240,
    marginTop: 24,
    marginLeft: 60,
    marginRight: 20,
    x: {
      type: 'log',
      base: 2,
      label: `tokens of ${plain(longer)} / tokens of ${plain(shorter)}`,
      tickFormat: '~r',
      ...centred,
    },
    y: { label: 'pairs', ticks: 4, labelAnchor: 'center', labelArrow: 'none' },
    marks: [
      plot.gridY({ stroke: theme.faint, strokeOpacity: 1, ticks: 4 }),
      plot.rect(logarithmicBars(ratios, perDoubling), {
        x1: 'from',
        x2: 'to',
        y1: () => 0,
        y2: 'count',
        fill: theme.series[0],
        insetLeft: 1,
      }),
      plot.ruleX([median], { stroke: theme.series[1], strokeWidth: 2, strokeDasharray: '5,3' }),
      plot.text([median], {
        x: (value: number) => value,
        text: () => `median ${shown}`,
        frameAnchor: 'top',
        dy: -12,
        fill: theme.series[1],
      }),
    ],
  }))
}
