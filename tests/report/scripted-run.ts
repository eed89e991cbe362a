import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { scriptedEndpoint, type ScriptedReply, type ScriptedRequest } from '../support/scripted-endpoint.ts'

const domains = ['algebra', 'geometry', '']
const levels = ['easy', 'hard', '']

const problems = Array.from({ length: 48 }, (_, at) => ({
  id: `p${at}`,
  problem: `How many apples are ${at + 1} baskets of ${at + 2}?`,
  answer: String((at + 1) * (at + 2)),
  domain: domains[at % 3],
  difficulty: levels[Math.floor(at / 3) % 3],
  source: at % 2 === 0 ? 'market' : 'orchard',
}))
const merchant =
  'A merchant of the old town has 3 baskets with 4 apples each on a cart that oxen draw to the market by the river; how many apples has he in all?'
/** Two that are nearly one, and one that a benchmark holds. */
const others = [
  { ...problems[2]!, id: 'one', problem: merchant },
  { ...problems[2]!, id: 'near', problem: merchant.replace('the market', 'a market') },
  {
    ...problems[0]!,
    id: 'held',
    problem: 'A captain hunts a white whale over all the seas of the world; how many legs has he left?',
    answer: '1',
  },
]

function lot(...parts: unknown[]): number {
  return Number.parseInt(createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 6), 16) % 100
}

/** Right, wrong, in words that no rule reads, without an answer, or cut off, by the lot of what was asked. */
function teach({ model, message, seed }: ScriptedRequest): ScriptedReply {
  const { answer } = [...problems, ...others].find(({ problem }) => message.startsWith(problem))!
  const own = lot(model, message, seed)
  const thinks = model === 'thinker'
  const steps = Array.from(
    { length: 1 + (own % 7) },
    (_, step) => `${step % 3 === 1 ? 'Wait, let me check' : 'I count'} basket ${step}, since it matters.`,
  )
  const thought = thinks ? `<think>\n${steps.join('\n\n')}\n` : ''
  if (own < 6) return { cut: `${thought}${thinks ? '' : 'So there are'}` }
  const closed = thinks ? `${thought}</think>\n\n` : ''
  if (own < 22) return `${closed}It is \\boxed{${Number(answer) + 1}}.`
  if (own < 32) return `${closed}It is \\boxed{as many as ${own % 2 ? answer : '7'} say}.`
  if (own < 36) return `${closed}I shall not count them.`
  return `${closed}Counting them all ${'again '.repeat(own % 11)}it is \\boxed{${answer}}.`
}

function judge({ message }: ScriptedRequest): string {
  const [, gold, answer] = /<reference_answer>\n(.*)\n<\/reference_answer>[^]*<student_answer>\n(.*)\n</.exec(
    message,
  )!
  const isRight = answer!.split(/\D+/).includes(gold!) || lot(gold, answer) < 15
  return `\\boxed{${isRight ? 'Yes' : 'No'}}`
}

/** A finished run with two arms of unequal samples, a judge, prices, cut answers, duplicates and a benchmark's item. */
export async function scriptedRun(folder: string, name = 'counted'): Promise<string> {
  await using teacher = await scriptedEndpoint(teach)
  await using judges = await scriptedEndpoint(judge)
  await writeFile(join(folder, 'problems.jsonl'), lines([...problems, ...others, problems[5]!]))
  await writeFile(join(folder, 'held.jsonl'), lines([{ id: 'w1', problem: others[2]!.problem }]))
  const arm = { teacher: 'generic', endpoint: 'teacher', sampling: { temperature: 1 } }
  const recipe = await writeRecipe(
    folder,
    {
      name,
      problems: { files: 'problems.jsonl', fields: { id: 'id' }, per_shard: 12 },
      endpoints: {
        teacher: { base_url: teacher.baseUrl, price: { input: 2, output: 30, date: '2026-01-01' } },
        judge: { base_url: judges.baseUrl, price: { input: 10, output: 100, date: '2026-01-01' } },
      },
      arms: {
        plain: { ...arm, role: 'ift', mode: 'non_thinking', model: 'teller', samples: 2, max_tokens: 600 },
        thinking: { ...arm, role: 'reasoning', mode: 'thinking', model: 'thinker', samples: 4 },
      },
      generate: { probe: 'never' },
      classify: {
        domains: { algebra: 'math', geometry: 'science' },
        formats: { market: 'multiple_choice', orchard: 'open_ended' },
        rules: false,
      },
      verify: { judge: { endpoint: 'judge', teacher: 'generic', model: 'j' } },
      filter: {
        'near-duplicate': true,
        contamination: { benchmarks: { held: { file: 'held.jsonl' } } },
      },
      write: { plots: false },
    },
    `${name}.yaml`,
  )
  const { code, stderr } = await runCli(['distill', recipe], { cwd: folder })
  if (code !== 0) throw new Error(stderr)
  return join(folder, 'runs', name)
}

function lines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
