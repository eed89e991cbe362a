import { hash } from 'node:crypto'
import { replaceFile } from './atomic.ts'
import { readText } from './entries.ts'

/** Writes a value as JSON behind a checksum, in place of an older one. `what` says what it is and in which form. */
export async function writeSummed(path: string, what: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value)
  await replaceFile(path, `${sumOf(what, text)}\n${text}\n`)
}

/** The value; `undefined` where there is none, or where it is torn, damaged or of another form. */
export async function readSummed(path: string, what: string): Promise<unknown> {
  // What cannot be read is as good as missing: the caller finds it out again.
  const text = await readText(path).catch(() => undefined)
  const [sum, json, ...rest] = text?.split('\n') ?? []
  if (json === undefined || rest.join('') !== '' || sum !== sumOf(what, json)) return undefined
  return JSON.parse(json)
}

function sumOf(what: string, text: string): string {
  return hash('sha256', `${what} ${text}`, 'hex')
}
