import { normaliseCharacters } from '../values/characters.ts'

/** Spacing, sizing and style that never change what an answer says. */
const INVISIBLE =
  /\\(?:left|right|displaystyle|textstyle|limits|[bB]igg?[lr]?|quad|qquad)(?![a-zA-Z])|\\[,;:!> ]|\\[()[\]]|[\s$~]/gu

/** An answer without the differences that are only typography; equal results mean equal answers. */
export function literalForm(text: string): string {
  return (
    withoutTail(normaliseCharacters(text).trim())
      .replace(/\\(?:text|mathrm|textbf|mbox|textnormal)\s*\{([^{}]*)\}/gu, '$1')
      .replace(/\\[dtc]frac/gu, '\\frac')
      // `1 0` is not 10.
      .replace(/(?<=\d) +(?=\d)/gu, '␣')
      .replace(INVISIBLE, '')
  )
}

/** Takes punctuation off the end; a pattern for this would be quadratic on long runs. */
function withoutTail(text: string): string {
  let end = text.length
  while (end > 0 && '.,; \n\t'.includes(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}
