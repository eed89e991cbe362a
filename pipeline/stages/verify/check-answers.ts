import type { Problem } from '../../../schemas/problem.ts'
import type { VerifierResult } from '../../../schemas/verdict.ts'
import type { VerifierInput } from '../../../verifiers/verifier.ts'
import type { Worker } from '../../engine/worker.ts'
import type { ProblemSample } from './samples.ts'

/** An answer to check; `answers` replace the problem's own references. */
export type Check = { problem: Problem; output: string; answers?: readonly string[]; bare?: boolean }

/**
 * What the verifiers of the tasks say about answers, in their order: programs go through the sandboxes, everything else
 * through the worker threads.
 *
 * @throws StoppedError when the run is to end before all programs were started
 */
export async function checkAnswers(worker: Worker, checks: readonly Check[]): Promise<VerifierResult[]> {
  const isProgram = ({ problem }: Check): boolean => problem.task === 'code'
  const programs = checks.filter(isProgram)
  const others = checks.filter((check) => !isProgram(check))
  const [ofPrograms, ofOthers] = await Promise.all([
    programs.length === 0 ? [] : runPrograms(worker, programs),
    others.length === 0
      ? []
      : worker
          .verifierPool()
          .verify(others.map((check) => ({ task: check.problem.task, input: inputOf(check) }))),
  ])
  const [program, other] = [ofPrograms.values(), ofOthers.values()]
  return checks.map((check) => (isProgram(check) ? program : other).next().value!)
}

/** The same for samples. An answer that is empty for a known reason is not sent to a verifier: there is nothing to check. */
export async function checkSamples(
  worker: Worker,
  samples: readonly ProblemSample[],
): Promise<VerifierResult[]> {
  const checks = samples
    .filter((each) => !isEmpty(each))
    .map(({ problem, sample }) => ({ problem, output: sample.answer }))
  const checked = (await checkAnswers(worker, checks)).values()
  return samples.map((each) =>
    isEmpty(each)
      ? { verdict: 'no_answer', extracted: '', extraction: '', path: '', reason: each.sample.finish_state }
      : checked.next().value!,
  )
}

function isEmpty({ sample }: ProblemSample): boolean {
  return sample.answer.trim() === ''
}

async function runPrograms(worker: Worker, programs: readonly Check[]): Promise<VerifierResult[]> {
  const { stop } = worker.stop
  try {
    return await worker.codeQueue().verify(programs.map(inputOf), stop)
  } catch (error) {
    stop.throwIfAborted()
    throw error
  }
}

function inputOf({ problem, output, answers, bare }: Check): VerifierInput {
  const { prompt, choices } = problem
  return {
    prompt,
    choices,
    answers: answers ?? problem.answers,
    output,
    ...(bare === undefined ? {} : { bare }),
  }
}
