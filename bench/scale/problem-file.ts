import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { builtinProblems } from '../../problems/builtin/builtin-problems.ts'

/** Built-in problems of one seed: what a recipe may ask for at most. */
export const mostBuiltin = 100_000

/**
 * Writes a file of JSON lines with more problems than the project makes of one seed: those of several seeds, each with its
 * number in its text, so that no two are the same.
 */
export async function writeProblemFile(path: string, count: number): Promise<void> {
  await pipeline(Readable.from(lines(count)), createWriteStream(path))
}

function* lines(count: number): Generator<string> {
  let row = 0
  for (let seed = 1; row < count; seed++)
    for (const { prompt, ...problem } of builtinProblems({
      count: Math.min(mostBuiltin, count - row),
      seed,
    })) {
      row += 1
      yield `${JSON.stringify({ prompt: `Exercise ${row}. ${prompt}`, ...problem, source_id: `${row}` })}\n`
    }
}
