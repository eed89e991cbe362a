import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { builtinProblems } from '../../problems/builtin/builtin-problems.ts'

/** In the id of a problem whose reference was made wrong; the person of the bench does not look there. */
export const plantedMark = 'planted'

/** Of the problems with a whole number for a reference, every so many-th gets another one. */
const everyWrong = 2

export type DefectiveRun = { problems: number; repo: string; sample: number; maxDefectRate: number }

/**
 * Writes problems, some of which have a wrong reference, and two recipes of one run: two teachers that err, break off, run into
 * their limit and speak of themselves more often than decent ones do. The lax recipe leaves what is wrong or cut off in the
 * dataset; the strict one is what a person makes of it who has seen that.
 */
export async function writeDefectiveRun(
  folder: string,
  { problems, repo, sample, maxDefectRate }: DefectiveRun,
): Promise<{ lax: string; strict: string }> {
  let whole = 0
  const lines = [...builtinProblems({ count: problems, seed: 1 })].map((problem) => {
    const [answer = ''] = problem.answers
    const isWrong = problem.task === 'math' && /^\d+$/u.test(answer) && ++whole % everyWrong === 0
    const planted = {
      answers: [String(Number(answer) + 1)],
      source_id: `${problem.source_id}-${plantedMark}`,
    }
    return JSON.stringify(isWrong ? { ...problem, ...planted } : problem)
  })
  const file = join(folder, 'problems.jsonl')
  await writeFile(file, `${lines.join('\n')}\n`)
  const arm = { endpoint: 'teacher', samples: 2 }
  const common = {
    name: 'reviewed',
    problems: { files: file, fields: { task: 'task', id: 'source_id' }, per_shard: 50 },
    endpoints: {
      teacher: {
        base_url: 'simulated',
        dialect: 'vllm',
        max_in_flight: 32,
        simulator: {
          rates: {
            wrong_answer: 0.2,
            overlong: 0.04,
            unclosed_think: 0.03,
            identity_leak: 0.04,
            language_mix: 0.04,
          },
        },
      },
    },
    arms: {
      ift: { ...arm, teacher: 'qwen3', model: 'Qwen/Qwen3-32B', role: 'ift', mode: 'non_thinking' },
      reasoning: {
        ...arm,
        teacher: 'deepseek-r1',
        model: 'deepseek-ai/DeepSeek-R1',
        role: 'reasoning',
        mode: 'thinking',
      },
    },
    // The problems are made here, so that no benchmark can hold them.
    push: {
      repo,
      accept: ['contamination'],
      review: { sample, max_defect_rate: maxDefectRate, upper_bound: 0.95 },
    },
    write: { plots: false, license: 'cc0-1.0' },
  }
  const everything = ['complete', 'cut_in_think', 'cut_in_answer', 'stop_in_think', 'unknown_end']
  const lax = {
    'finish-state': { allow: everything },
    correctness: false,
    'answer-form': false,
    'think-format': false,
    identity: false,
    language: false,
  }
  const paths = { lax: join(folder, 'lax.yaml'), strict: join(folder, 'strict.yaml') }
  await writeFile(paths.lax, stringify({ ...common, filter: lax }))
  await writeFile(paths.strict, stringify(common))
  return paths
}
