import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A byte-level BPE as `tokenizer.json` holds one: every byte is a token, and so are `th`, `the`, `aa` and `aaaa`. */
function madeTokenizer(): Record<string, unknown> {
  const tokens = [...byteCharacters(), 'th', 'the', 'aa', 'aaaa']
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      unk_token: null,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: [
        ['t', 'h'],
        ['th', 'e'],
        ['a', 'a'],
        ['aa', 'aa'],
      ],
    },
  }
}

/** Writes one into a folder and returns its path. */
export async function writeTokenizer(folder: string, changes: Record<string, unknown> = {}): Promise<string> {
  const path = join(folder, 'tokenizer.json')
  await writeFile(path, JSON.stringify({ ...madeTokenizer(), ...changes }))
  return path
}

/** GPT-2's letters for bytes: printable ones stand for themselves, the others are moved behind U+0100. */
function byteCharacters(): string[] {
  let moved = 0x100
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
    return String.fromCodePoint(printable ? byte : moved++)
  })
}
