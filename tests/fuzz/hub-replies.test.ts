import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect } from 'vitest'
import { openHubDataset } from '../../problems/hub/dataset.ts'
import { RunError, StoppedError, UsageError } from '../../schemas/errors.ts'
import { type Call, type CallName, honest, lyingHub, type LyingHub } from '../hub/lying-hub.ts'
import { outcomeOf } from './support/expected.ts'
import { fuzz } from './support/fuzz.ts'
import { mutatedText } from './support/mutate-text.ts'
import { mutatedTree } from './support/mutate-tree.ts'

/*
 * A Hub that answers one call with anything: the rows of the dataset are read, or one line says what is wrong with it. No row
 * comes that is in no file.
 */

const commit = 'c0ffee'.padEnd(40, '0')
const info = {
  id: 'org/set',
  sha: commit,
  private: false,
  gated: false,
  siblings: [{ rfilename: 'train.jsonl' }],
}
const tree = [
  { type: 'file', path: 'train.jsonl', size: 30, oid: 'a'.repeat(40) },
  { type: 'file', path: 'README.md', size: 60, oid: 'b'.repeat(40), lfs: null },
  { type: 'directory', path: 'data', size: 0, oid: 'c'.repeat(40) },
]
const card =
  '---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: train.jsonl\n---\n# Set\n'
const rows = '{"problem":"2 + 5?","answer":"7"}\n'
const tokens = [
  '\n',
  '---\n',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  '*',
  '&a ',
  '../',
  'train',
  '\u0000',
  '**',
  '\\',
  '~',
  '!!x ',
]

const folder = mkdtempSync(join(tmpdir(), 'twinstill-fuzz-'))
let lie: { call: CallName; text: string } | undefined
let hub: LyingHub
beforeAll(async () => {
  const files = { 'README.md': card, 'train.jsonl': rows }
  hub = await lyingHub(files, { any: answer })
})
afterAll(async () => {
  await hub.close()
  rmSync(folder, { recursive: true, force: true })
})

function answer(call: Call): void {
  const isCard = call.url.pathname.endsWith('README.md')
  if (lie === undefined || lie.call !== call.name || (call.name === 'resolve' && !isCard)) honest(call)
  else call.response.writeHead(200, { 'content-type': 'application/json' }).end(lie.text)
}

const json = (document: unknown): fc.Arbitrary<string> =>
  fc.oneof(
    mutatedTree([document]).map((each) => JSON.stringify(each)),
    mutatedText([JSON.stringify(document)], tokens),
  )

fuzz<{ call: CallName; text: string }>('hub-replies', {
  cases: fc.oneof(
    json(info).map((text) => ({ call: 'info' as const, text })),
    json(tree).map((text) => ({ call: 'tree' as const, text })),
    mutatedText([card], tokens).map((text) => ({ call: 'resolve' as const, text })),
  ),
  runs: 250,
  check: async (one) => {
    lie = one
    const cache = mkdtempSync(join(folder, 'cache-'))
    const outcome = await outcomeOf(async () => {
      const dataset = await openHubDataset(
        { repo: 'org/set' },
        {
          environment: { HF_ENDPOINT: hub.url },
          folder: cache,
          note: () => undefined,
          wait: () => Promise.resolve(),
          random: () => 0,
        },
      )
      try {
        return await Array.fromAsync(dataset.rows())
      } finally {
        await dataset.close()
      }
    }, [RunError, UsageError, StoppedError])
    rmSync(cache, { recursive: true, force: true })
    if ('refused' in outcome) expect(outcome.refused).not.toContain(folder)
    else
      for (const row of outcome.value)
        if ('row' in row) expect(row.row).toEqual({ problem: '2 + 5?', answer: '7' })
  },
})
