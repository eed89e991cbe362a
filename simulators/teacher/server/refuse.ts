import type { ServerResponse } from 'node:http'

/** Answers with an error object in the shape of vLLM's API. */
export function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  type: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ error: { message, type, param: null, code: status } }))
}
