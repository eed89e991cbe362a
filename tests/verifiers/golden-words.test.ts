import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Task } from '../../schemas/problem.ts'
import { findVerifier } from '../../verifiers/registry.ts'

type Row = { task: Task; gold: string; pred: string; equal: boolean; choices?: string[] }

const folder = new URL('golden-words/', import.meta.url)

describe.each(readdirSync(folder))('%s', (name) => {
  const rows = readFileSync(new URL(name, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)

  test.each(rows)('$gold against $pred', ({ task, gold, pred, equal, choices = [] }) => {
    const verifier = findVerifier(task)!
    const input = { prompt: '', answers: [gold], choices, output: pred }
    const result = verifier.verify(input, verifier.options.parse({}))
    expect(
      result.verdict === 'correct',
      `${result.verdict}: read "${result.extracted}", ${result.reason}`,
    ).toBe(equal)
  })
})
