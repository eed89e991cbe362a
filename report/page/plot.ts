import { dark, light } from '../../output/charts/theme.ts'
import type { Chart } from '../report.ts'

const colours: readonly (readonly [name: string, light: string, dark: string])[] = [
  ['ground', light.background, dark.background],
  ['ink', light.text, dark.text],
  ['faint', light.faint, dark.faint],
  ...light.series.map((colour, at) => [`series-${at + 1}`, colour, dark.series[at]!] as const),
]

/** The colours of charts as variables of a page, in one of the two themes. */
export function plotVariables(theme: 'light' | 'dark'): string {
  return colours
    .map(([name, inLight, inDark]) => `--plot-${name}: ${theme === 'light' ? inLight : inDark};`)
    .join(' ')
}

/** The library names groups that have no role, which readers of screens refuse; title and description say what they show. */
const groupNames = /(<g\b[^>]*?) aria-label="[^"]*"/gu

/** A chart for a page that is light and dark: its literal colours become the page's variables. */
export async function inlinePlot({ draw }: Chart): Promise<string> {
  let svg = (await draw(light)).replaceAll(groupNames, '$1')
  for (const [name, colour] of colours) svg = svg.replaceAll(`"${colour}"`, `"var(--plot-${name})"`)
  return svg
}
