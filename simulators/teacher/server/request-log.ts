import { closeSync, openSync, writeSync } from 'node:fs'
import type { Mode } from '../../../schemas/arm.ts'

/** What the server did with one request, with the truth about its answer. One JSON line of the log. */
export type RequestRecord = {
  /** Milliseconds since 1970, UTC, when the answer was decided and before its first byte left. */
  at: number
  /** Id of the completion, empty when there is none. */
  id: string
  model: string
  mode: Mode | null
  /** `source_id` of the built-in problem and its id as of `problemId`, `null` for unknown questions. */
  problem: string | null
  problem_id: string | null
  /** The seed that the request carried. */
  seed: number | null
  /** How often this very request has come, from 1; 0 where it was refused before it was looked at. */
  attempt: number
  /** HTTP status; 0 when the connection was closed without one, 499 when the client left the queue. */
  status: number
  fault: string | null
  spoiled: string[]
  /** Whether the final answer that the content shows is right, `null` when it shows none. */
  answer_is_correct: boolean | null
  final_answer: string | null
  finish_reason: string | null
  prompt_tokens: number
  completion_tokens: number
}

export type RequestLog = { write(record: RequestRecord): void; close(): void }

/**
 * Appends to a file, one line per request, on the operating system's side before the answer leaves: the lines survive a
 * killed client and a killed server. Without a path only the callback hears of the requests.
 */
export function requestLog(path: string | null, onRequest: (record: RequestRecord) => void): RequestLog {
  let file = path === null ? null : openSync(path, 'a')
  return {
    write(record) {
      if (file !== null) writeSync(file, `${JSON.stringify(record)}\n`)
      onRequest(record)
    },
    close() {
      if (file !== null) closeSync(file)
      // A request that ends later must not write to another file that has this number by then.
      file = null
    },
  }
}
