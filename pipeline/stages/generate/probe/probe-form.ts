import type { Arm } from '../../../../schemas/arm.ts'
import { hashOf } from '../../../../schemas/canonical.ts'
import { buildRequest } from '../../../../teachers/request/build-request.ts'
import { probeQuestions } from '../../../../teachers/probe/questions.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { userMessage } from '../../../../problems/user-message.ts'

/** Raised when other calls are made or judged in another way. */
const version = 3

/** The two questions with the recipe's instruction for mathematics. */
export function probeMessages({ instructions }: Pick<Recipe, 'instructions'>): {
  first: string
  second: string
} {
  const { first, second } = probeQuestions
  const message = (prompt: string): string => userMessage({ prompt, choices: [], task: 'math' }, instructions)
  return { first: message(first.prompt), second: message(second.prompt) }
}

/** Changes with everything on which a probe's result hangs: where the server is, how it is spoken to, what is asked. */
export function probeFingerprint(recipe: Recipe, arm: Arm): string {
  const { base_url, simulator, dialect, stream } = recipe.endpoints[arm.endpoint]!
  const messages = probeMessages(recipe)
  const request = buildRequest(arm, dialect, messages.first)
  const server = base_url ?? { simulator: simulator ?? {} }
  return hashOf({
    version,
    server,
    dialect,
    stream,
    request,
    revision: arm.revision,
    second: messages.second,
  })
}
