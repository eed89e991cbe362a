import type { Sample } from '../../filters/filter.ts'
import type { Problem } from '../../schemas/problem.ts'
import { Trace } from '../../schemas/trace.ts'
import type { Verdict } from '../../schemas/verdict.ts'
import { readPart } from '../../store/parts/part.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { userMessage } from '../../problems/user-message.ts'

/** Everything of a trace but the raw body, which is as large as the rest together and of no use after sealing. */
const traceColumns = Object.keys(Trace.shape).filter((column) => column !== 'raw') as (keyof Trace)[]

/**
 * The samples of a shard with their verdicts, in the order of the parts. The parts are written in one order, so reading
 * them side by side is a join; a key that does not match means a part was exchanged by hand, which is an error.
 */
export async function* readSamples(context: RunContext, shard: number): AsyncGenerator<Sample> {
  const { runFolder, recipe, arms } = context
  await using problems = readPart<Problem>(runFolder, 'problems', shard)
  await using verdicts = readPart<Verdict>(runFolder, 'verdicts', shard)
  let problem: Problem | undefined
  let instruction = ''
  for await (const row of readPart<Trace>(runFolder, 'traces', shard, traceColumns)) {
    const trace = { ...row, raw: '' }
    while (problem?.id !== trace.problem_id) {
      const next = await problems.next()
      if (next.done) throw new Error(`shard ${shard}: trace ${trace.key} belongs to no problem of its shard`)
      problem = next.value
      instruction = userMessage(problem, recipe.instructions)
    }
    const verdict = (await verdicts.next()).value as Verdict | undefined
    if (verdict?.key !== trace.key)
      throw new Error(
        `shard ${shard}: trace ${trace.key} stands beside the verdict of ${verdict?.key ?? 'nothing'}`,
      )
    const arm = arms.find((candidate) => candidate.name === trace.arm)!
    yield { problem, instruction, arm, trace, verdict }
  }
}
