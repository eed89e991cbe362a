import { normaliseCharacters } from './characters.ts'

/** Spacing, sizing and style that never change what an answer says. */
const INVISIBLE =
  /\\(?:left|right|displaystyle|textstyle|limits|[bB]igg?[lr]?|quad|qquad)(?![a-zA-Z])|\\[,;:!> ]|\\[()[\]]|[\s$~]|[.,;]+\s*$/gu

/** An answer without the differences that are only typography; equal results mean equal answers. */
export function literalForm(text: string): string {
  return normaliseCharacters(text)
    .trim()
    .replace(/[.,;\s]+$/u, '')
    .replace(/\\(?:text|mathrm|textbf|mbox|textnormal)\s*\{([^{}]*)\}/gu, '$1')
    .replace(/\\[dtc]frac/gu, '\\frac')
    .replace(INVISIBLE, '')
}
