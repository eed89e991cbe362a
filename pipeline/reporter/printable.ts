import { stripVTControlCharacters } from 'node:util'
import { steering } from '../../schemas/printable-json.ts'

/**
 * A text that is safe to print: what models and servers write must neither steer the terminal nor change how the lines
 * around it are read.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(steering, '\uFFFD')
}

/** The same as one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll(/\s+/gu, ' ')
}
