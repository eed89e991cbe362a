import { appendFileSync } from 'node:fs'
import type { CallKind } from '../options.ts'

/** One request as the server saw it. It is in the log from its first byte on; the answer's members follow. */
export type LoggedRequest = {
  /** The Hub, its object store and its chunk store are three origins. */
  origin: 'hub' | 'objects' | 'cas'
  kind: CallKind
  method: string
  /** With the query. */
  path: string
  /** Whether it carried an `Authorization` header. */
  authorization: boolean
  /** 0 until there is an answer, and for good when the socket was cut before one. */
  status: number
  /** Bytes of the bodies. */
  bytesIn: number
  bytesOut: number
  /** How many requests, this one included, were open on all origins when it came. */
  concurrent: number
  /** Milliseconds from the request to the end of the answer. */
  milliseconds: number
  /** The faults that struck it. */
  faults: string[]
  /** Whether the connection ended before the answer did. */
  cut: boolean
}

export type RequestLog = {
  entries: LoggedRequest[]
  /** The most requests that were open at the same time; of one kind when it is named. */
  peak(kind?: CallKind): number
  open(request: Pick<LoggedRequest, 'origin' | 'kind' | 'method' | 'path' | 'authorization'>): LoggedRequest
  close(entry: LoggedRequest, cut: boolean): void
}

export function requestLog(now: () => number, file: string | undefined): RequestLog {
  const entries: LoggedRequest[] = []
  const opened = new Map<LoggedRequest, number>()
  const peaks = new Map<CallKind, number>()
  let peak = 0
  return {
    entries,
    peak: (kind) => (kind === undefined ? peak : (peaks.get(kind) ?? 0)),
    open(request) {
      const entry: LoggedRequest = {
        ...request,
        status: 0,
        bytesIn: 0,
        bytesOut: 0,
        concurrent: opened.size + 1,
        milliseconds: 0,
        faults: [],
        cut: false,
      }
      entries.push(entry)
      opened.set(entry, now())
      peak = Math.max(peak, opened.size)
      const alike = [...opened.keys()].filter(({ kind }) => kind === entry.kind).length
      peaks.set(entry.kind, Math.max(peaks.get(entry.kind) ?? 0, alike))
      return entry
    },
    close(entry, cut) {
      entry.milliseconds = now() - opened.get(entry)!
      entry.cut ||= cut
      opened.delete(entry)
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`)
    },
  }
}
