import type * as PlotLibrary from '@observablehq/plot'
import { hashOf } from '../../schemas/canonical.ts'
import type { Theme } from './theme.ts'

type Plot = typeof PlotLibrary

/** What a chart says in words, for who does not see it. */
type Words = { title: string; description: string }

const width = 720
/** Room for the label of the axis below, which collides with the numbers where it has less. */
const marginBottom = 46

/**
 * Draws a chart as a file of its own: literal colours, an opaque background, a title and a description. The library's
 * style sheet, style attributes and class name are taken off, because a strict page refuses them. The same options give
 * the same text. The libraries are loaded with the first chart, linkedom as the one file that it also comes as: half a
 * hundred files fewer to load.
 */
export async function drawSvg(
  theme: Theme,
  { title, description }: Words,
  options: (plot: Plot) => PlotLibrary.PlotOptions,
): Promise<string> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom/worker')])
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = plot.plot({ width, marginBottom, ...options(plot), document: document as never })
  for (const element of [svg, ...svg.querySelectorAll('*')]) {
    element.removeAttribute('style')
    element.removeAttribute('class')
  }
  for (const sheet of svg.querySelectorAll('style')) sheet.remove()
  const id = `chart-${hashOf({ title, description, theme }).slice(0, 12)}`
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    role: 'img',
    'aria-labelledby': `${id}-title ${id}-description`,
    'font-size': '12',
    'font-family': 'DejaVu Sans, Verdana, sans-serif',
  }
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value)
  const words = [
    ['title', `${id}-title`, title],
    ['desc', `${id}-description`, description],
  ].map(([name, own, text]) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name!)
    element.setAttribute('id', own!)
    element.textContent = plain(text!)
    return element
  })
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  ground.setAttribute('width', '100%')
  ground.setAttribute('height', '100%')
  ground.setAttribute('fill', theme.background)
  svg.prepend(...words, ground)
  return `${svg.outerHTML.replaceAll('currentColor', theme.text)}\n`
}

/** A text without the characters that no XML file may hold. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uFFFE\uFFFF]/gu, ' ').toWellFormed()
}

/** Axis options of a label that stands below the middle of its axis. */
export const centred = { labelAnchor: 'center', labelOffset: 38, labelArrow: 'none' } as const
