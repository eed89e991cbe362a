import { dropReceived, receivedBytes } from '../../schemas/received.ts'
import type { EndpointClient } from '../../teachers/endpoint/endpoint.ts'
import { CallError } from '../../teachers/wire/call-error.ts'
import type { Redactor } from '../../store/secrets/redact.ts'

/**
 * An endpoint of which no answer, failure or fact holds a key in use: whatever comes from it is journalled, and what is
 * journalled ends in a dataset.
 */
export function withoutKeys(client: EndpointClient, keys: Redactor): EndpointClient {
  const hiding = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return keys.value(await work)
    } catch (error) {
      if (error instanceof CallError) throw new CallError(keys.value(error.failure), { cause: error })
      if (error instanceof Error) error.message = keys.text(error.message)
      throw error
    }
  }
  return {
    ...client,
    async ask(request, options = {}) {
      const { onAttempt } = options
      const told = onAttempt && {
        onAttempt: (attempt: Parameters<typeof onAttempt>[0]) => onAttempt(keys.value(attempt)),
      }
      const result = await hiding(client.ask(request, { ...options, ...told }))
      const bytes = result.ok ? receivedBytes(result.body) : undefined
      if (result.ok && bytes && keys.holdsKey(bytes)) dropReceived(result.body)
      return result
    },
    facts: () => hiding(client.facts()),
    streamForm: (request, options) => hiding(client.streamForm(request, options)),
  }
}
