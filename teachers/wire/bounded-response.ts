import { CallError } from './call-error.ts'

/** The longest answers, with the probabilities of every token, have some ten million bytes. */
const mostBytes = 64_000_000

/**
 * A response whose body ends with an error where it is longer than any answer, after decompression: a server in a loop
 * and a bomb of compressed nothing are as good as no answer, and are asked again as such.
 */
export function boundedResponse(response: Response): Response {
  if (response.body === null) return response
  let length = 0
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        length += bytes.length
        if (length <= mostBytes) controller.enqueue(bytes)
        else
          controller.error(
            new CallError({ code: 'bad_response', message: `a response of more than ${mostBytes / 1e6} MB` }),
          )
      },
    }),
  )
  const { status, statusText, headers } = response
  return new Response(counted, { status, statusText, headers: [...headers] })
}
