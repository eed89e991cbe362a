import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeRecipe } from './recipe-file.ts'
import { scriptedEndpoint } from './scripted-endpoint.ts'

const tests = (problem: string, kind: string): string =>
  JSON.stringify({ kind, tests: problem, entry_point: 'double' })

/** Two problems for programs, each asked three times, and one of arithmetic. */
const rows = [
  {
    problem: 'Write a Python function `double(x)`.',
    answer: tests('assert double(4) == 8\nassert double(0) == 0', 'python'),
    task: 'code',
  },
  { problem: 'What is 2 plus 2?', answer: '4', task: 'math' },
]
const programs = [
  'def double(x): return 2 * x',
  'def double(x): return x',
  'def double(x):\n    while True: pass',
]

/** A teacher of `double`, its recipe in a folder, and the problems there. */
export async function codeRun(
  folder: string,
): Promise<{ recipe: string; requests: unknown[] } & AsyncDisposable> {
  let turn = 0
  const teacher = await scriptedEndpoint(({ message }) => {
    if (!message.includes('double')) return '\\boxed{4}'
    turn += 1
    return `Here it is.\n\`\`\`python\n${programs[(turn - 1) % programs.length]!}\n\`\`\``
  })
  await writeFile(join(folder, 'problems.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const recipe = await writeRecipe(folder, {
    name: 'code',
    problems: { files: 'problems.jsonl', fields: { task: 'task' } },
    endpoints: { teacher: { base_url: teacher.baseUrl, max_in_flight: 1 } },
    arms: {
      ift: {
        role: 'ift',
        teacher: 'generic',
        mode: 'non_thinking',
        model: 'm',
        endpoint: 'teacher',
        samples: 3,
      },
    },
    // The scripted teacher has answers to its own problems only.
    generate: { probe: 'never' },
    verify: { code: { cpu_seconds: 1 } },
  })
  return { recipe, requests: teacher.requests, [Symbol.asyncDispose]: () => teacher[Symbol.asyncDispose]() }
}
