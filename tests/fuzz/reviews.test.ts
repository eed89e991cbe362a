import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { importVerdicts } from '../../pipeline/commands/review/import-verdicts.ts'
import type { CommandIo } from '../../pipeline/commands/io.ts'
import type { PairSource } from '../../review/pairs/source.ts'
import { readReviews } from '../../review/verdicts/review-lines.ts'
import { RunError, UsageError } from '../../schemas/errors.ts'
import { ReviewLine } from '../../schemas/review.ts'
import { outcomeOf } from './support/expected.ts'
import { fuzz } from './support/fuzz.ts'
import { mutatedText } from './support/mutate-text.ts'

/*
 * Verdicts of a spreadsheet and lines of other tools: every one that is taken is a whole verdict of the schema on a pair that
 * there is, or nothing is taken and one line says why.
 */

const binary = (text: string): string => Buffer.from(text).toString('latin1')
const folder = mkdtempSync(join(tmpdir(), 'twinstill-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const reviews = join(folder, 'reviews')

const sheets: readonly string[] = [
  'pair_id,reviewer,verdict,reason,note\np1,ann,accept,,\np2,ann,reject,wrong_answer,"is 8, not 7"\n',
  'Pair_ID;Reviewer;Verdict;At\r\np1;Jörg;OK;2026-01-01T00:00:00Z\r\n',
  '\ufeffpair_id\treviewer\tverdict\np2\t../x\treject\n',
]
const tokens = [
  ',',
  ';',
  '\t',
  '"',
  '""',
  '\n',
  '\r\n',
  'p1',
  'p3',
  'accept',
  'ok',
  'undo',
  '__proto__',
  '\u0000',
  '=1+1',
  '../',
  'ÿþ',
].map(binary)

const pairs: PairSource = {
  name: 'made',
  reviews,
  places: () => {
    throw new Error('nobody draws here')
  },
  notes: () => {
    throw new Error('nobody asks for notes here')
  },
  read: (id) => Promise.resolve(['p1', 'p2'].includes(id) ? ({} as never) : undefined),
}

fuzz<string>('review-imports', {
  cases: mutatedText(sheets.map(binary), tokens),
  runs: 250,
  check: async (text) => {
    rmSync(reviews, { recursive: true, force: true })
    writeFileSync(join(folder, 'v.csv'), Buffer.from(text, 'latin1'))
    const io = { cwd: folder, now: () => 0 } as CommandIo
    const outcome = await outcomeOf(() => importVerdicts('v.csv', pairs, io), [UsageError])
    const stored = linesOf(reviews)
    expect(stored).toHaveLength('value' in outcome ? outcome.value : 0)
    for (const line of stored) expect(['p1', 'p2']).toContain(ReviewLine.parse(line).pair_id)
    // The same file once more adds nothing.
    if ('value' in outcome) expect(await importVerdicts('v.csv', pairs, io)).toBe(0)
  },
})

function linesOf(path: string): unknown[] {
  const names = existsSync(path) ? readdirSync(path) : []
  return names.flatMap((name) =>
    readFileSync(join(path, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown),
  )
}

const lines: readonly string[] = [
  '{"pair_id":"p1","reviewer":"ann","at":"2026-01-01T00:00:00Z","verdict":"accept"}\n',
  '{"pair_id":"p1","reviewer":"bo","at":"2026-01-01T00:00:00+01:00","verdict":"reject","reason":"unsafe","sample":{"seed":1,"stratum":"","why":"random"}}\n{"pair_id":"p1","reviewer":"bo","at":"2026-01-01T00:00:01Z","undo":true}\n',
]

fuzz<string>('review-lines', {
  cases: mutatedText(lines.map(binary), [...tokens, '{', '}', '"undo":true,', '"flag":', 'null', '\\']),
  runs: 250,
  check: async (text) => {
    mkdirSync(reviews, { recursive: true })
    writeFileSync(join(reviews, 'x.jsonl'), Buffer.from(text, 'latin1'))
    const outcome = await outcomeOf(() => readReviews(reviews), [RunError])
    if ('refused' in outcome) expect(outcome.refused).toMatch(/x\.jsonl:\d+/u)
  },
})
