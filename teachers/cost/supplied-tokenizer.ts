import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { UsageError } from '../../schemas/errors.ts'
import { parseJson } from '../json.ts'
import { boundedPieces, cutLongRuns } from './text-pieces.ts'
import type { TokenCounter } from './tokens.ts'

/** A file is read once in each thread; reading one takes seconds. */
const loaded = new Map<string, TokenCounter>()

/** Longest text that is encoded at once, in UTF-16 units. */
const longestPiece = 8192

/**
 * A counter from a model's own `tokenizer.json`. Its name holds the file's name and the beginning of its sha256, never the
 * path, because it is stored with the data.
 *
 * @param path relative to the working directory, or absolute
 * @throws UsageError on one line when there is no such file, or it is no tokenizer
 */
export function loadTokenizer(path: string): TokenCounter {
  let counter = loaded.get(path)
  if (counter === undefined) {
    counter = read(path)
    loaded.set(path, counter)
  }
  return counter
}

function read(path: string): TokenCounter {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable'
    throw refusal(path, code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`, cause)
  }
  const json = parseJson(bytes.toString('utf8'))
  if (json === undefined) throw refusal(path, 'it is not JSON')
  const tokenizer = construct(path, json)
  const digest = createHash('sha256').update(bytes).digest('hex')
  return {
    name: `${basename(path)}@${digest.slice(0, 12)}`,
    exact: true,
    count(text) {
      let tokens = 0
      for (const run of cutLongRuns(text.toWellFormed()))
        for (const piece of boundedPieces(run, longestPiece))
          if (piece !== '') tokens += tokenizer.encode(piece, { add_special_tokens: false }).ids.length
      return tokens
    },
  }
}

/** A file may be taken and still fail at its first text, so it is tried. */
function construct(path: string, json: unknown): Tokenizer {
  try {
    const tokenizer = new Tokenizer(json, {})
    if (tokenizer.encode('1 + 1 = 2').ids.length === 0) throw new Error('it finds no token in a text')
    return tokenizer
  } catch (cause) {
    throw refusal(path, (cause as Error).message.replaceAll(/\s+/gu, ' '), cause)
  }
}

function refusal(path: string, why: string, cause?: unknown): UsageError {
  return new UsageError(
    `the tokenizer ${path} cannot be used: ${why}; give the path of the model's tokenizer.json, or remove tokenizer`,
    { cause },
  )
}
