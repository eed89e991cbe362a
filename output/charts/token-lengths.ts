import { drawSvg, centred, plain } from './draw.ts'
import { logarithmicBars, medianOf, totalOf, type Occurrences } from './histogram.ts'
import type { Theme } from './theme.ts'

/** How long the answers of one arm are, by what was found out about them. */
export type LengthsOfArm = {
  arm: string
  kinds: { kind: 'right' | 'wrong' | 'undecided'; tokens: Occurrences }[]
}

const order = ['right', 'wrong', 'undecided'] as const
const dashes = { right: undefined, wrong: '5,3', undecided: '1,3' }
const armHeight = 150
const perDoubling = 4

/** Lengths in tokens, each kind as shares of its own answers so that few wrong ones are seen beside many right ones. */
export async function tokenLengths(rows: readonly LengthsOfArm[], theme: Theme): Promise<string> {
  const bars = rows.flatMap(({ arm, kinds }) =>
    kinds.flatMap(({ kind, tokens }) =>
      logarithmicBars(tokens, perDoubling).map((bar) => Object.assign({ arm, kind }, bar)),
    ),
  )
  const labels = rows.flatMap(({ arm, kinds }) =>
    kinds.map(({ kind, tokens }, index) => ({
      arm,
      kind,
      text: `${kind}: ${totalOf(tokens).toLocaleString('en')}, median ${medianOf(tokens)?.toLocaleString('en') ?? '–'}`,
      index,
    })),
  )
  const words = {
    title: 'Length of the answers in tokens, by correctness',
    description: labels.map(({ arm, text }) => `${plain(arm)}, ${text} tokens`).join('; '),
  }
  return drawSvg(theme, words, (plot) => ({
    height: rows.length * armHeight + 60,
    marginTop: 30,
    marginLeft: 60,
    marginRight: 24,
    x: { type: 'log', base: 2, label: 'tokens of reasoning and answer', tickFormat: ',', ...centred },
    y: {
      label: 'share of the answers (%)',
      percent: true,
      grid: true,
      ticks: 4,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    fy: { axis: null, domain: rows.map(({ arm }) => arm), padding: 0.25 },
    marks: [
      plot.gridY({ stroke: theme.faint, strokeOpacity: 1, ticks: 4 }),
      ...order.map((kind, index) =>
        // `rectY` would stack the kinds on each other.
        plot.rect(
          bars.filter((bar) => bar.kind === kind),
          {
            fy: 'arm',
            x1: 'from',
            x2: 'to',
            y1: () => 0,
            y2: 'share',
            fill: theme.series[index]!,
            fillOpacity: 0.35,
            stroke: theme.series[index]!,
            ...(dashes[kind] !== undefined && { strokeDasharray: dashes[kind] }),
          },
        ),
      ),
      plot.text(rows, {
        fy: 'arm',
        text: ({ arm }: LengthsOfArm) => plain(arm),
        frameAnchor: 'top-left',
        dy: -14,
        fontWeight: 'bold',
        fill: theme.text,
      }),
      ...labels.map(({ arm, kind, text, index }) =>
        plot.text([text], {
          fy: () => arm,
          frameAnchor: 'top-right',
          dx: -index * 190,
          dy: -14,
          fill: theme.series[order.indexOf(kind)]!,
        }),
      ),
    ],
  }))
}
