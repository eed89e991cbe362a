import { drawSvg, centred, plain } from './draw.ts'
import { shortened } from './intervals.ts'
import type { Theme } from './theme.ts'

/** Of how many problems both arms, one of them, or none gave a right answer. */
export type PairedOutcome = { label: string; both: number; only_a: number; only_b: number; neither: number }

const lineHeight = 30

const legend = { frameAnchor: 'top-left', dy: -26 } as const

/** A bar of four parts for each group of problems, as shares of its problems. */
export async function pairedOutcomes(
  { a, b, rows }: { a: string; b: string; rows: readonly PairedOutcome[] },
  theme: Theme,
): Promise<string> {
  const parts = [
    { key: 'both', name: 'both', fill: theme.series[0], ink: '#ffffff' },
    { key: 'only_a', name: `only ${plain(a)}`, fill: theme.series[1], ink: '#ffffff' },
    { key: 'only_b', name: `only ${plain(b)}`, fill: theme.series[2], ink: '#ffffff' },
    { key: 'neither', name: 'neither', fill: theme.faint, ink: theme.text },
  ] as const
  const bars = rows.flatMap((row, at) => {
    const total = row.both + row.only_a + row.only_b + row.neither
    let end = 0
    return parts.map((part) => {
      const from = end
      end += total === 0 ? 0 : row[part.key] / total
      return { at, from, to: end, count: row[part.key], ...part }
    })
  })
  const description = rows
    .map((row) => `${row.label}: ${parts.map(({ key, name }) => `${name} ${row[key]}`).join(', ')}`)
    .join('; ')
  const title = `Problems solved by ${a} and by ${b}`
  return drawSvg(theme, { title, description }, (plot) => ({
    height: rows.length * lineHeight + 90,
    marginTop: 36,
    marginLeft: 190,
    marginRight: 30,
    x: { domain: [0, 1], tickFormat: '.0%', label: 'share of the problems', ...centred },
    y: { axis: null, type: 'band', domain: rows.map((_, at) => at), padding: 0.2 },
    marks: [
      ...parts.map(({ key, fill }) =>
        plot.rect(
          bars.filter((bar) => bar.key === key),
          { x1: 'from', x2: 'to', y: 'at', fill, insetRight: 1 },
        ),
      ),
      plot.text(
        bars.filter(({ from, to }) => to - from > 0.06),
        {
          x: ({ from, to }: { from: number; to: number }) => (from + to) / 2,
          y: 'at',
          text: ({ count }: { count: number }) => count.toLocaleString('en'),
          fill: ({ ink }: { ink: string }) => ink,
        },
      ),
      plot.text(rows, {
        y: (_row: unknown, at: number) => at,
        text: ({ label }: PairedOutcome) => shortened(plain(label)),
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -8,
        fill: theme.text,
      }),
      // The square has the colour of the bar; the word beside it one that can be read on the ground.
      ...parts.flatMap(({ name, fill }, at) => [
        plot.text([name], { ...legend, dx: at * 125, text: () => '■', fill }),
        plot.text([name], {
          ...legend,
          dx: at * 125 + 12,
          text: () => name.slice(0, 16),
          fill: fill === theme.faint ? theme.text : fill,
        }),
      ]),
    ],
  }))
}
