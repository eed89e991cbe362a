import { drawSvg, centred, plain } from './draw.ts'
import type { Theme } from './theme.ts'

/** The share of an arm's answers that are right within a budget, with its interval. */
export type ShareAtBudget = {
  arm: string
  budget: number
  share: number | null
  low: number | null
  high: number | null
}

const dashes = [undefined, '6,3', '2,3']

/** A line for each arm with its interval as a band; lines differ by their dashes too. */
export async function budgetLines(rows: readonly ShareAtBudget[], theme: Theme): Promise<string> {
  return lines(
    rows.map(({ budget, ...row }) => ({ ...row, at: budget })),
    {
      title: 'Share of right answers within a budget of tokens',
      axis: 'tokens at most',
      ticks: [...new Set(rows.map(({ budget }) => budget))],
      share: 'share right and within the budget',
    },
    theme,
  )
}

type Point = { arm: string; at: number; share: number | null; low: number | null; high: number | null }

/** Shares over an axis that doubles. */
export async function lines(
  rows: readonly Point[],
  { title, axis, ticks, share }: { title: string; axis: string; ticks: number[]; share: string },
  theme: Theme,
): Promise<string> {
  const known = rows.filter((row) => row.share !== null)
  const arms = [...new Set(known.map(({ arm }) => arm))]
  const colour = (arm: string): string => theme.series[arms.indexOf(arm) % theme.series.length]!
  const description = known.map((row) => `${row.arm}, ${row.at}: ${percent(row.share!)}`).join('; ')
  const last = arms.map((arm) => known.findLast((row) => row.arm === arm)!)
  return drawSvg(theme, { title, description: description || 'nothing is known' }, (plot) => ({
    height: 340,
    marginTop: 16,
    marginLeft: 60,
    marginRight: 150,
    x: { type: 'log', base: 2, ticks, tickFormat: tickText, label: axis, ...centred },
    y: { domain: [0, 1], tickFormat: '.0%', label: share, labelAnchor: 'center', labelArrow: 'none' },
    marks: [
      plot.gridY({ stroke: theme.faint, strokeOpacity: 1 }),
      ...arms.map((arm, at) => {
        const own = known.filter((row) => row.arm === arm)
        const banded = own.filter((row) => row.low !== null && row.high !== null)
        return [
          plot.areaY(banded, { x: 'at', y1: 'low', y2: 'high', fill: colour(arm), fillOpacity: 0.18 }),
          plot.line(own, {
            x: 'at',
            y: 'share',
            stroke: colour(arm),
            strokeWidth: 2.5,
            ...(dashes[at % dashes.length] !== undefined && { strokeDasharray: dashes[at % dashes.length]! }),
          }),
          plot.dot(own, { x: 'at', y: 'share', r: 4, fill: colour(arm) }),
        ]
      }),
      ...last.map((row, at) =>
        plot.text([row], {
          x: 'at',
          y: 'share',
          text: () => `${plain(row.arm).slice(0, 18)} ${percent(row.share!)}`,
          textAnchor: 'start',
          dx: 10,
          dy: spread(last, at),
          fill: colour(row.arm),
        }),
      ),
    ],
  }))
}

/** Budgets are powers of two. */
function tickText(value: number): string {
  return value >= 1024 && value % 1024 === 0 ? `${value / 1024}k` : String(value)
}

/** Labels of lines that end close to each other stand one above the other. */
function spread(last: readonly Point[], at: number): number {
  const near = last.filter((other, index) => index < at && Math.abs(other.share! - last[at]!.share!) < 0.06)
  return near.length * 15 - (last.length > 1 ? 4 : 0)
}

function percent(share: number): string {
  return `${(100 * share).toLocaleString('en', { maximumFractionDigits: 1 })} %`
}
