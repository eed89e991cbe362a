import { drawSvg, plain } from './draw.ts'
import type { Theme } from './theme.ts'

/** What one stage did with what came to it. */
export type FunnelStep = {
  stage: string
  /** Empty for problems as a whole. */
  arm: string
  in: number
  out: number
}

type Line = { key: string; label: string; step?: FunnelStep }

const lineHeight = 22

/** What is left after every stage and what it lost, one block an arm, as bars from the left. */
export async function lossFunnel(steps: readonly FunnelStep[], theme: Theme): Promise<string> {
  const lines = linesOf(steps)
  const stages = lines.flatMap(({ key, label, step }) =>
    step === undefined ? [] : [{ key, label, ...step }],
  )
  const heads = lines.filter(({ step }) => step === undefined)
  const most = Math.max(1, ...steps.map((step) => step.in))
  const words = {
    title: 'From the first problem to the published row',
    description: stages
      .map(({ arm, label, out }) => `${arm || 'problems'}, ${label}: ${out} left`)
      .join('; '),
  }
  return drawSvg(theme, words, (plot) => ({
    height: lines.length * lineHeight + 20,
    marginTop: 10,
    marginBottom: 10,
    marginLeft: 140,
    marginRight: 120,
    x: { axis: null, domain: [0, most] },
    y: { axis: null, domain: lines.map(({ key }) => key), padding: 0.2 },
    marks: [
      plot.barX(stages, { y: 'key', x1: 'out', x2: 'in', fill: theme.faint }),
      plot.barX(stages, { y: 'key', x1: () => 0, x2: 'out', fill: theme.series[0] }),
      plot.text(stages, { y: 'key', x: () => 0, text: 'label', textAnchor: 'end', dx: -8, fill: theme.text }),
      plot.text(stages, { y: 'key', x: 'in', text: counts, textAnchor: 'start', dx: 6, fill: theme.text }),
      plot.text(heads, {
        y: 'key',
        x: () => 0,
        text: 'label',
        textAnchor: 'start',
        fontWeight: 'bold',
        fill: theme.text,
      }),
    ],
  }))
}

/** The steps of every arm together, below its name. */
function linesOf(steps: readonly FunnelStep[]): Line[] {
  return [...Map.groupBy(steps, ({ arm }) => arm)].flatMap(([arm, own]) => {
    const head: Line = { key: `${arm} `, label: plain(arm) || 'problems' }
    return [head].concat(own.map((step) => ({ key: `${arm} ${step.stage}`, label: plain(step.stage), step })))
  })
}

function counts({ in: before, out }: FunnelStep): string {
  return before === out
    ? out.toLocaleString('en')
    : `${out.toLocaleString('en')} (−${(before - out).toLocaleString('en')})`
}
