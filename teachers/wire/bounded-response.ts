import { CallError } from './call-error.ts'

/** The longest answers, with the probabilities of every token, have some ten million bytes. */
const mostBytes = 64_000_000

function tooLong(): CallError {
  return new CallError({ code: 'bad_response', message: `a response of more than ${mostBytes / 1e6} MB` })
}

/**
 * Bytes that end with an error where they are more than any answer has, after decompression: a server in a loop and a bomb
 * of compressed nothing are as good as no answer, and are asked again as such.
 */
export async function* boundedBytes(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const piece of bytes) {
    length += piece.length
    if (length > mostBytes) throw tooLong()
    yield piece
  }
}

/** The same of the body of a response. */
export function boundedResponse(response: Response): Response {
  if (response.body === null) return response
  let length = 0
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        length += bytes.length
        if (length <= mostBytes) controller.enqueue(bytes)
        else controller.error(tooLong())
      },
    }),
  )
  const { status, headers } = response
  // Servers write what they like behind the status; a response takes letters of one byte only.
  const statusText = response.statusText.replaceAll(/[^\u0020-\u007E]/gu, '?')
  return new Response(counted, { status, statusText, headers: [...headers] })
}
