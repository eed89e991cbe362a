import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import process from 'node:process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { watched } from './watch.ts'

/** How many times the usual number of cases is tried, which is that of CI. */
const share = Number(process.env['FUZZ_RUNS'] ?? 1)

/** The usual share is the same on every machine; a longer one looks where nobody has looked before, unless told where. */
const seed = Number(process.env['FUZZ_SEED'] ?? (share === 1 ? 17 : Date.now() % 2 ** 31))

/** CPU of this process in seconds that one case may take, its garbage collection included. The usual one takes milliseconds. */
const mostSeconds = 5

type Target<Case> = {
  /** How a case is made: texts and numbers only, so that a file of JSON can hold it. Bytes are texts of latin1. */
  cases: fc.Arbitrary<Case>
  /** Throws where the case shows a fault. */
  check: (one: Case) => void | Promise<void>
  /** In the usual share. */
  runs: number
}

/**
 * Tries a parser on many made cases. Those in `regressions/NAME.json`, each of which once showed a fault, come first. A
 * case that shows one is made as small as possible; with `FUZZ_SAVE=1` it is added to that file.
 */
export function fuzz<Case>(name: string, { cases, check, runs }: Target<Case>): void {
  const file = fileURLToPath(new URL(`../regressions/${name}.json`, import.meta.url))
  const bounded = async (one: Case): Promise<void> => {
    const before = process.cpuUsage()
    await watched(name, one, () => check(one))
    const { user, system } = process.cpuUsage(before)
    const seconds = (user + system) / 1e6
    if (seconds > mostSeconds)
      throw new Error(`took ${seconds.toFixed(1)} s of CPU, more than ${mostSeconds}`)
  }
  test(`no case of ${name} shows a fault`, async () => {
    const saved = savedCases<Case>(file)
    for (const one of saved) await bounded(one)
    const numRuns = Math.max(1, Math.round(runs * share))
    const property = fc.asyncProperty(cases, bounded)
    const details = await fc.check(property, { numRuns, seed })
    const [found] = details.counterexample ?? []
    if (details.failed && process.env['FUZZ_SAVE'] === '1')
      writeFileSync(file, `${JSON.stringify([...saved, found], null, 1)}\n`)
    const told = `seed ${seed}, case ${details.numRuns}: ${String(details.errorInstance)}\n${JSON.stringify(found)?.slice(0, 3000)}`
    expect(details.failed, `${told}\n(FUZZ_SAVE=1 adds the case to regressions/${name}.json)`).toBe(false)
  })
}

function savedCases<Case>(file: string): Case[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Case[]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
