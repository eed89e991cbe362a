import { drawSvg, centred, plain } from './draw.ts'
import { centredBars, totalOf, type Occurrences } from './histogram.ts'
import type { Theme } from './theme.ts'

/** How many problems an arm has at which share of right answers, and of how many answers these are shares. */
export type RatesOfArm = { arm: string; rates: Occurrences; least: number; most: number }

const armHeight = 130
const step = 0.1

/** Pass rates, a bar for every tenth. */
export async function passRates(rows: readonly RatesOfArm[], theme: Theme): Promise<string> {
  const bars = rows.flatMap(({ arm, rates }) =>
    centredBars(rates, step).map((bar) => Object.assign({ arm }, bar)),
  )
  const textOf = ({ arm, rates, least, most }: RatesOfArm): string =>
    `${plain(arm)}: ${totalOf(rates).toLocaleString('en')} problems, n = ${least === most ? least : `${least} to ${most}`}`
  const words = {
    title: 'Pass rates',
    description: rows.map(textOf).join('; '),
  }
  return drawSvg(theme, words, (plot) => ({
    height: rows.length * armHeight + 60,
    marginTop: 30,
    marginLeft: 60,
    marginRight: 20,
    x: {
      domain: [-0.05, 1.05],
      ticks: 11,
      label: 'share of right answers among the checked ones',
      tickFormat: '.1f',
      ...centred,
    },
    y: { label: 'problems', ticks: 4, labelAnchor: 'center', labelArrow: 'none' },
    fy: { axis: null, domain: rows.map(({ arm }) => arm), padding: 0.3 },
    marks: [
      plot.gridY({ stroke: theme.faint, strokeOpacity: 1, ticks: 4 }),
      plot.rect(bars, {
        fy: 'arm',
        x1: 'from',
        x2: 'to',
        y1: () => 0,
        y2: 'count',
        fill: theme.series[0],
        insetLeft: 1,
        insetRight: 1,
      }),
      plot.text(rows, {
        fy: 'arm',
        text: textOf,
        frameAnchor: 'top-left',
        dy: -14,
        fontWeight: 'bold',
        fill: theme.text,
      }),
    ],
  }))
}
