import { drawSvg, centred, plain } from './draw.ts'
import type { Theme } from './theme.ts'

/** Values with the ends of their intervals, one a line; `null` where one is not known. */
export type Intervals = {
  title: string
  /** What the axis shows. */
  axis: string
  /** Whether values are shares, from 0 to 1. */
  share: boolean
  rows: readonly { label: string; value: number | null; low: number | null; high: number | null }[]
}

const lineHeight = 30

/** A dot for each value and a line for its interval. Lines without a value are named and stay empty. */
export async function intervals({ title, axis, share, rows }: Intervals, theme: Theme): Promise<string> {
  const known = rows.filter(({ value }) => value !== null)
  const described = rows.map((row) => `${row.label}: ${textOf(row, share)}`).join('; ')
  const most = Math.max(...known.map(({ value, high }) => high ?? value!), 0)
  const least = Math.min(...known.map(({ value, low }) => low ?? value!), 0)
  return drawSvg(theme, { title, description: described || 'nothing is known' }, (plot) => ({
    height: rows.length * lineHeight + 70,
    marginTop: 10,
    marginLeft: 190,
    marginRight: 120,
    x: {
      domain: [
        least,
        share ? Math.min(1, Math.max(0.05, most * 1.2)) : most === least ? least + 1 : most * 1.05,
      ],
      label: axis,
      ...(share && { tickFormat: '.0%' }),
      ...centred,
    },
    y: { axis: null, domain: rows.map((_, at) => at), padding: 0.3, type: 'band' },
    marks: [
      plot.gridX({ stroke: theme.faint, strokeOpacity: 1 }),
      plot.link(
        rows.flatMap((row, at) => (row.low === null || row.high === null ? [] : [{ ...row, at }])),
        { x1: 'low', x2: 'high', y1: 'at', y2: 'at', stroke: theme.series[0], strokeWidth: 3 },
      ),
      plot.dot(
        rows.flatMap((row, at) => (row.value === null ? [] : [{ ...row, at }])),
        { x: 'value', y: 'at', r: 5, fill: theme.series[0], stroke: theme.background },
      ),
      plot.text(rows, {
        y: (_row: unknown, at: number) => at,
        text: ({ label }: { label: string }) => shortened(plain(label)),
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -8,
        fill: theme.text,
      }),
      plot.text(rows, {
        y: (_row: unknown, at: number) => at,
        text: (row: Intervals['rows'][number]) =>
          row.value === null ? 'not known' : valueText(row.value, share),
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 8,
        fill: theme.text,
      }),
    ],
  }))
}

/** The margin holds so many letters. */
export function shortened(label: string): string {
  return label.length > 28 ? `${label.slice(0, 27)}…` : label
}

function textOf({ value, low, high }: Intervals['rows'][number], share: boolean): string {
  if (value === null) return 'not known'
  if (low === null || high === null) return valueText(value, share)
  return `${valueText(value, share)} (${valueText(low, share)} to ${valueText(high, share)})`
}

function valueText(value: number, share: boolean): string {
  return share
    ? `${(100 * value).toLocaleString('en', { maximumFractionDigits: 1 })} %`
    : value.toLocaleString('en', { maximumSignificantDigits: 3 })
}
