import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'
import { repeatedParts } from '../text/duplicate-lines.ts'

const share = z.number().min(0).max(1)

const Options = z.strictObject({
  lines: share.default(0.3).describe('largest share of repeated lines'),
  line_characters: share.default(0.2).describe('largest share of the characters that are in repeated lines'),
  paragraphs: share.default(0.3).describe('largest share of repeated paragraphs'),
  paragraph_characters: share
    .default(0.2)
    .describe('largest share of the characters that are in repeated paragraphs'),
  min_lines: z.int().positive().default(10).describe('a text with fewer lines is not judged'),
})
type Options = z.infer<typeof Options>

/**
 * Repeated lines and paragraphs by the bounds of Gopher (arXiv 2112.11446, appendix A1; datatrove), which are made for web
 * text: a trace repeats lines of tables and of cases rightly, so the filter is off by default. Reasoning and answer are
 * judged apart. The least number of lines is our own.
 */
export const repeatedLinesFilter: SampleFilter<Options> = {
  name: 'repeated-lines',
  version: '2',
  source: 'Gopher (arXiv 2112.11446, A1); least lines own number',
  rules: ['T12'],
  scope: 'sample',
  defaultOn: false,
  reasons: {
    repeated_lines: 'Too many lines of the text repeat earlier ones.',
    repeated_paragraphs: 'Too many paragraphs of the text repeat earlier ones.',
  },
  options: Options,
  numbers: {
    lines: 'fewer',
    line_characters: 'fewer',
    paragraphs: 'fewer',
    paragraph_characters: 'fewer',
    min_lines: 'fewer',
  },
  create:
    (options) =>
    ({ trace }) => {
      const found = [trace.reasoning, trace.answer].map((text) => findings(text, options))
      return Object.keys(repeatedLinesFilter.reasons).filter((reason) =>
        found.some((each) => each.includes(reason)),
      )
    },
}

function findings(text: string, options: Options): string[] {
  if (text.split('\n', options.min_lines).length < options.min_lines) return []
  const { lines, paragraphs } = repeatedParts(text)
  const reasons: string[] = []
  if (lines.count > options.lines || lines.characters > options.line_characters)
    reasons.push('repeated_lines')
  if (paragraphs.count > options.paragraphs || paragraphs.characters > options.paragraph_characters)
    reasons.push('repeated_paragraphs')
  return reasons
}
