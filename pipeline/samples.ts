import { importedKey, sampleKey, type Arm, type ChatRequest } from '../schemas/arm.ts'
import type { Problem } from '../schemas/problem.ts'
import { buildRequest } from '../teachers/build-request.ts'
import { readPart } from './run/part.ts'
import type { ShardContext } from './shard-context.ts'
import { userMessage } from './user-message.ts'

/** One sample that the recipe asks for. For an imported arm `request` is what would have been asked. */
export type WantedSample = { key: string; problem: Problem; arm: Arm; index: number; request: ChatRequest }

/**
 * Every sample of a shard in the order in which parts store them: by problem, then arm as in the recipe, then index.
 * Both the asking and the reading side go through here, so they cannot disagree on a key.
 */
export async function* wantedSamples(context: ShardContext, shard: number): AsyncGenerator<WantedSample> {
  for await (const problem of readPart<Problem>(context.runFolder, 'problems', shard)) {
    const message = userMessage(problem, context.recipe.instructions)
    for (const arm of context.arms) {
      const request = requestOf(arm, message, context)
      const content = context.imports[arm.name] ?? ''
      for (let index = 0; index < arm.samples; index++) {
        const key = arm.import
          ? importedKey(content, arm.name, problem.id, index)
          : sampleKey(request, arm, index)
        yield { key, problem, arm, index, request }
      }
    }
  }
}

function requestOf(arm: Arm, message: string, { recipe }: ShardContext): ChatRequest {
  if (arm.import) return { model: arm.model, messages: [{ role: 'user', content: message }] }
  return buildRequest(arm, recipe.endpoints[arm.endpoint]!.dialect, message)
}
