import { readFileSync } from 'node:fs'
import { sha256 } from '../../../schemas/canonical.ts'
import { areas, formats, type Area, type Format } from '../../../schemas/problem-kind.ts'
import type { Told } from './rules.ts'

const template = readFileSync(new URL('prompt.md', import.meta.url), 'utf8').trimEnd()

/** Stands for what the judge is told to do, in fingerprints and in rows. */
export const promptDigest = sha256(template).slice(0, 12)

/** The beginning of a problem says what it is about, its end in what form it wants its answer; the rest is not paid for. */
const shownCharacters = { first: 3000, last: 1000 }

/** The user message for the judge. A mark inside the problem is made harmless, so that it cannot end its own block. */
export function kindQuestion(problem: string): string {
  const { first, last } = shownCharacters
  const shown =
    problem.length > first + last
      ? `${problem.slice(0, first).toWellFormed()} […] ${problem.slice(-last).toWellFormed()}`
      : problem
  return template.replace('{{problem}}', () => shown.replaceAll(/<(\/?)problem>/giu, '[$1problem]'))
}

export type KindReply = { area: Told<Area>; format: Told<Format> }

/** Stands for the reply of a judge that cannot answer. */
export const failedReply: KindReply = { area: silent('judge_failed'), format: silent('judge_failed') }

/** The last word of each in the judge's reply. */
export function readKind(reply: string): KindReply {
  return { area: lastOf(reply, 'area', areas), format: lastOf(reply, 'format', formats) }
}

function lastOf<Word extends Area | Format>(
  reply: string,
  name: string,
  words: readonly Word[],
): Told<Word | 'unknown'> {
  const found = [...reply.matchAll(new RegExp(`\\b${name}\\W{1,6}(\\w+)`, 'giu'))].at(-1)?.[1]?.toLowerCase()
  const word = words.find((each) => each === found)
  if (word !== undefined) return { value: word, from: 'judge', reason: '' }
  return silent(found === 'unknown' ? 'judge_undecided' : 'judge_unreadable')
}

function silent(reason: 'judge_failed' | 'judge_undecided' | 'judge_unreadable'): Told<'unknown'> {
  return { value: 'unknown', from: 'none', reason }
}
