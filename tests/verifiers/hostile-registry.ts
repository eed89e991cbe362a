import { z } from 'zod'
import type { Task } from '../../schemas/problem.ts'
import type { VerifierResult } from '../../schemas/verdict.ts'
import type { Verifier, VerifierInput } from '../../verifiers/verifier.ts'

/** A verifier of a program's own that does what the answer text tells it to, however bad. */
const obedient: Verifier<{ mark: string }> = {
  name: 'text',
  version: '1',
  instruction: '',
  options: z.strictObject({ mark: z.string().default('default') }),
  verify(input, { mark }) {
    const [order = '', value = ''] = input.output.split(' ')
    return (orders[order] ?? orders['answer']!)(value, input, mark)
  },
}

const orders: Record<string, (value: string, input: VerifierInput, mark: string) => VerifierResult> = {
  answer: (value, input, mark) => result(value, input.answers.includes(value), mark),
  loop: () => {
    for (;;) Math.random()
  },
  regex: () => result(String(/^(a+)+$/u.test(`${'a'.repeat(60)}b`)), true, ''),
  spin: (value, input, mark) => {
    const until = cpuMs() + Number(value)
    while (cpuMs() < until) for (let step = 0; step < 10_000; step++) Math.random()
    return result(value, input.answers.includes(value), mark)
  },
  exit: () => process.exit(3),
  eat: () => {
    const eaten: number[][] = []
    for (;;) eaten.push(Array.from({ length: 100_000 }, (_, index) => index))
  },
  throw: () => {
    throw new TypeError('no such form')
  },
  garbage: () => ({ verdict: 'perhaps' }) as unknown as VerifierResult,
  environment: () => result(Object.keys(process.env).join(','), true, ''),
}

export function findVerifier(task: Task): Verifier | undefined {
  return task === 'text' ? obedient : undefined
}

function result(extracted: string, right: boolean, path: string): VerifierResult {
  return { verdict: right ? 'correct' : 'incorrect', extracted, extraction: 'order', path, reason: '' }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
