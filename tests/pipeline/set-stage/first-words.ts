import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SetStage } from '../../../pipeline/stages/stage.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import type { Pair } from '../../../schemas/pair.ts'
import { readPart, writePart } from '../../../store/parts/part.ts'

/** First word of a prompt to the id of the problem that used it first. */
type FirstUses = Map<string, string>

/**
 * A small set stage: of all problems whose prompts begin with the same word only the first stays. It writes down every step
 * that it takes, and dies at the step that a file in the run folder names.
 */
export const firstWordsStage: SetStage<FirstUses, FirstUses> = {
  name: 'first-words',
  scope: 'set',
  reads: ['problems'],
  writes: 'pairs',
  fingerprint: (_context, digests) => hashOf({ version: 1, digests }),
  async summarise({ context, shard }) {
    await step(context.runFolder, `summary ${shard}`)
    const uses: FirstUses = new Map()
    for await (const { id, prompt } of readPart(context.runFolder, 'problems', shard))
      if (!uses.has(firstWord(prompt))) uses.set(firstWord(prompt), id)
    return uses
  },
  async merge(context, summaries) {
    await step(context.runFolder, 'merge')
    const uses: FirstUses = new Map()
    for await (const summary of summaries)
      for (const [word, id] of summary) if (!uses.has(word)) uses.set(word, id)
    return uses
  },
  async writePart({ context, shard, fingerprint }, uses) {
    await step(context.runFolder, `part ${shard}`)
    const rows: Pair[] = []
    for await (const { id, prompt } of readPart(context.runFolder, 'problems', shard))
      rows.push({ pair_id: id, lost: uses.get(firstWord(prompt)) === id ? '' : 'word_used', members: [] })
    await writePart(context.runFolder, 'pairs', shard, {
      rows,
      fingerprint,
      counts: () => ({ arms: {}, problems: { lost: {}, paired: rows.length } }),
    })
  },
}

function firstWord(prompt: string): string {
  return prompt.split(' ')[0]!
}

async function step(runFolder: string, name: string): Promise<void> {
  const fatal = await readFile(join(runFolder, 'die-at'), 'utf8').catch(() => '')
  if (fatal === name) process.kill(process.pid, 'SIGKILL')
  await appendFile(join(runFolder, 'steps'), `${name}\n`)
}
