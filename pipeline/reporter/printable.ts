import { stripVTControlCharacters } from 'node:util'

/**
 * A text that is safe to print: what models and servers write must neither steer the terminal nor change the direction
 * in which the lines around it are read. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
}
