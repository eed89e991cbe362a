import type { VerifierInput } from '../../verifier.ts'
import type { MathOptions } from '../evaluate/options.ts'

/**
 * A number as much of Europe writes it: `3,87` or `3{,}87` with the comma that LaTeX sets without a gap, and points
 * between groups of three, as in `1.234,5` and `10.000`. `1,2,3` is a list, and `0.125` can only have a decimal point.
 */
const europeanNumber =
  /(?<![\d.,]|\d\{,\})(?:(?<groups>[1-9]\d{0,2}(?:\.\d{3})+)|(?<digits>\d+))(?:(?:,|\{,\})(?<decimals>\d+))?(?!\d|,\d|\{,\}\d)/gu

/** What the verifier reads of an input: with decimal points, whatever signs the recipe says that it has. */
export function withDecimalPoints(input: VerifierInput, { decimal }: MathOptions): VerifierInput {
  if (decimal !== 'comma') return input
  const { prompt, answers, output } = input
  return { ...input, prompt: pointed(prompt), answers: answers.map(pointed), output: pointed(output) }
}

function pointed(text: string): string {
  return text.replaceAll(europeanNumber, (_, groups?: string, digits?: string, decimals?: string) => {
    const whole = groups?.replaceAll('.', '') ?? digits ?? ''
    return decimals === undefined ? whole : `${whole}.${decimals}`
  })
}

/** Whether a reference may be a number with a decimal comma: `7,5`, `-3,14 cm`. It may be a list of two as well. */
export function mayHaveDecimalComma(reference: string): boolean {
  return /^[^\d,]{0,4}\d[\d.]{0,20},\d{1,2}(?:\s?[^\d\s,;()[\]{}]{1,8})?$/u.test(reference.trim())
}

/** Whether a text says of itself that its commas are decimal ones: `0,5`, `1,29 €`, `1.234,5`. */
export function hasDecimalComma(text: string): boolean {
  return /(?<![\d.,])(?:0,\d|[1-9]\d{0,2}(?:\.\d{3})+,\d|\d+,\d{1,2}\s?(?:[€%°]|[cmk]?m\b|kg\b))/u.test(text)
}
