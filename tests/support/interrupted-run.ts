import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { smallRecipe, writeRecipe } from './recipe-file.ts'
import { runCli, type CliResult } from './run-cli.ts'
import { simulatedTeacher } from './simulated-teacher.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A run whose every request takes a while, so that something is in flight when it is ended from outside. */
export type InterruptedRun = AsyncDisposable & {
  folder: string
  recipe: string
  /** Resolves when so many requests have come to the teacher. */
  asked(count: number): Promise<void>
  /** Goes on with the run to its end. */
  goOn(): Promise<CliResult>
  /** How many samples were asked for more than once. */
  boughtTwice(): Promise<number>
}

export async function interruptedRun(): Promise<InterruptedRun> {
  const folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  const teacher = await simulatedTeacher({ first_token_ms: 1500 }, log)
  const recipe = await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      problems: { builtin: { count: 16, seed: 1 }, per_shard: 16 },
      generate: { probe: 'never' },
    }),
  )
  const seeds = async (): Promise<number[]> => {
    const text = await readFile(log, 'utf8').catch(() => '')
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { seed: number }).seed)
  }
  return {
    folder: folder.path,
    recipe,
    async asked(count) {
      // Whoever is waited for never comes where the run has ended before: the test's own time limit ends it then.
      while ((await seeds()).length < count) await sleep(20)
    },
    goOn: () => runCli(['distill', recipe], { cwd: folder.path }),
    async boughtTwice() {
      const all = await seeds()
      return all.length - new Set(all).size
    },
    async [Symbol.asyncDispose]() {
      await teacher[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
