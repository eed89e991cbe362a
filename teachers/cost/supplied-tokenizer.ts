import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { UsageError } from '../../schemas/errors.ts'
import { parseJson } from '../json.ts'
import type { TokenCount } from './o200k/count.ts'
import { boundedPieces, type Cuts, cutLongRuns } from './text-pieces.ts'
import type { TokenCounter } from './tokens.ts'

/** A file is read once in each thread; reading one takes seconds. */
const loaded = new Map<string, TokenCounter>()

/** Where files are that a recipe names otherwise than by a path that holds everywhere, by those names. */
const places = new Map<string, string>()

/** Says where the tokenizers of a run are, once in every thread that counts. */
export function placeTokenizers(located: Readonly<Record<string, { path: string }>>): void {
  for (const [name, { path }] of Object.entries(located)) places.set(name, path)
}

/** Longest text that is encoded at once, in UTF-16 units. */
const longestPiece = 8192

/**
 * A counter from a model's own `tokenizer.json`. Its name holds the file's name and the beginning of its sha256, never the
 * path, because it is stored with the data.
 *
 * @param name a path, or a name that has been placed
 * @throws UsageError on one line when there is no such file, or it is no tokenizer
 */
export function loadTokenizer(name: string): TokenCounter {
  const path = places.get(name) ?? name
  let counter = loaded.get(path)
  if (counter === undefined) {
    counter = read(path, name)
    loaded.set(path, counter)
  }
  return counter
}

function read(path: string, name: string): TokenCounter {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable'
    throw refusal(name, code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`, cause)
  }
  const json = parseJson(bytes.toString('utf8'))
  if (json === undefined) throw refusal(name, 'it is not JSON')
  const tokenizer = construct(name, json)
  const digest = createHash('sha256').update(bytes).digest('hex')
  const cuts = cutsOf(tokenizer)
  const measure = (text: string): TokenCount => {
    let tokens = 0
    let isWhole = true
    let runs = 0
    for (const run of cutLongRuns(text.toWellFormed())) {
      if (run !== '') runs += 1
      for (const piece of boundedPieces(run, longestPiece, cuts)) {
        if (!piece.exact) isWhole = false
        if (piece.text !== '') tokens += idsOf(tokenizer, piece.text).length
      }
    }
    return { tokens, estimated: !isWhole || runs > 1 }
  }
  return {
    name: `${basename(path)}@${digest.slice(0, 12)}`,
    exact: true,
    count: (text) => measure(text).tokens,
    measure,
  }
}

/** Tried out on words, because the many settings of a file that decide on it are not all in one place. */
function cutsOf(tokenizer: Tokenizer): Cuts {
  const same = (text: string, ...pieces: readonly string[]): boolean =>
    String(idsOf(tokenizer, text)) === String(pieces.flatMap((piece) => idsOf(tokenizer, piece)))
  const isKept = same('one two (3', 'one', ' two', ' (3')
  const isLeftOut = same('one two (3', 'one', 'two', '(3')
  return {
    space: isKept ? 'kept' : isLeftOut ? 'left_out' : 'changes',
    lineBreak: same('one.\ntwo\n(3', 'one.\n', 'two\n', '(3'),
  }
}

function idsOf(tokenizer: Tokenizer, text: string): number[] {
  return tokenizer.encode(text, { add_special_tokens: false }).ids
}

/** A file may be taken and still fail at its first text, so it is tried. */
function construct(name: string, json: unknown): Tokenizer {
  try {
    const tokenizer = new Tokenizer(json, {})
    if (tokenizer.encode('1 + 1 = 2').ids.length === 0) throw new Error('it finds no token in a text')
    return tokenizer
  } catch (cause) {
    throw refusal(name, (cause as Error).message.replaceAll(/\s+/gu, ' '), cause)
  }
}

function refusal(name: string, why: string, cause?: unknown): UsageError {
  return new UsageError(
    `the tokenizer ${name} cannot be used: ${why}; give the path of the model's tokenizer.json, or remove tokenizer`,
    { cause },
  )
}
