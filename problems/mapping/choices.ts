import { parseExactJson } from '../../store/files/exact-json.ts'
import { isObject } from '../../schemas/is-object.ts'

/** Options in order, with the source's own labels where it has some. */
export type Choices = { texts: string[]; labels: string[] | undefined }

/** Most options that letters can name. */
const most = 26

/**
 * The options of a multiple-choice problem, from a list of texts, a list of {label, text}, an object of letters
 * ({A: …, B: …}), an object of columns ({text: […], label: […]}), or any of these as JSON text. A text that tells what
 * is wrong otherwise. Letters that lead the texts ("A) 12", "B) 15") are taken off when all options have them in order.
 */
export function readChoices(value: unknown): Choices | string {
  const choices = listOf(typeof value === 'string' ? parsed(value) : value)
  if (choices === undefined) return 'a list of options or an object of lettered options is wanted'
  if (choices.texts.length < 2 || choices.texts.length > most) {
    return `2 to ${most} options are wanted, got ${choices.texts.length}`
  }
  const trimmed = choices.texts.map((text) => text.trim())
  if (trimmed.includes('')) return 'an option is empty'
  const texts = withoutLetters(trimmed)
  return texts === undefined
    ? { ...choices, texts: trimmed }
    : { texts, labels: texts.map((_, index) => letterOf(index)) }
}

/** The letter of the option at a place counted from 0. */
export function letterOf(index: number): string {
  return String.fromCodePoint(65 + index)
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text, 'texts')
  } catch {
    return undefined
  }
}

function listOf(value: unknown): Choices | undefined {
  if (Array.isArray(value)) {
    const texts = value.map((option: unknown) => scalarText(isObject(option) ? option['text'] : option))
    if (!texts.every((text) => text !== undefined)) return undefined
    const labels = value.map((option: unknown) => scalarText(isObject(option) ? option['label'] : undefined))
    return { texts, labels: labels.every((label) => label !== undefined) ? labels : undefined }
  }
  if (!isObject(value)) return undefined
  if (Array.isArray(value['text'])) {
    const { text, label } = value
    const labels: unknown[] = Array.isArray(label) ? label : []
    return listOf(text.map((option: unknown, index) => ({ text: option, label: labels[index] })))
  }
  // A column that Parquet gives to every row holds null for the letters that a row does not use.
  const entries = Object.entries(value).filter(([, text]) => text !== null && text !== undefined)
  const lettered = entries.map(([key, text]) => ({ label: key.toUpperCase(), text }))
  lettered.sort((a, b) => (a.label < b.label ? -1 : 1))
  return lettered.every(({ label }, index) => label === letterOf(index)) ? listOf(lettered) : undefined
}

function withoutLetters(texts: string[]): string[] | undefined {
  const bare = texts.map((text, index) => {
    const [, bracketed, plain, rest] = /^(?:\(([A-Za-z])\)|([A-Za-z])[).:])\s*([\s\S]+)$/.exec(text) ?? []
    return (bracketed ?? plain)?.toUpperCase() === letterOf(index) ? rest : undefined
  })
  return bare.every((text) => text !== undefined) ? bare : undefined
}

/** The text of a text, number or boolean. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined
}
