import { sampleKey, type Arm, type ChatRequest } from '../schemas/arm.ts'
import type { Problem } from '../schemas/problem.ts'
import { buildRequest } from '../teachers/build-request.ts'
import { readPart } from './run/part.ts'
import type { ShardContext } from './shard-context.ts'
import { userMessage } from './user-message.ts'

/** One sample that the recipe asks for. */
export type WantedSample = { key: string; problem: Problem; arm: Arm; index: number; request: ChatRequest }

/**
 * Every sample of a shard in the order in which parts store them: by problem, then arm as in the recipe, then index.
 * Both the asking and the reading side go through here, so they cannot disagree on a key.
 */
export async function* wantedSamples(context: ShardContext, shard: number): AsyncGenerator<WantedSample> {
  for await (const problem of readPart<Problem>(context.runFolder, 'problems', shard)) {
    const message = userMessage(problem, context.recipe.instructions)
    for (const arm of context.arms) {
      const dialect = context.recipe.endpoints[arm.endpoint]!.dialect
      const request = buildRequest(arm, dialect, message)
      for (let index = 0; index < arm.samples; index++) {
        yield { key: sampleKey(request, arm, index), problem, arm, index, request }
      }
    }
  }
}
