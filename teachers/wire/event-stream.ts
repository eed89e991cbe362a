import { parseJson } from '../json.ts'

/** A parser of server-sent events that is fed bytes as they come, cut wherever the network cuts them. */
export type EventStream = {
  push(bytes: Uint8Array): void
  /** The connection ended: an event whose lines are whole counts although no end of a line or blank line follows it. */
  end(): void
}

/**
 * Hands the data of each event to `onData`, lines joined by line feeds, with the event's name, which is empty for most.
 * Comments and all other fields are passed over. A line that is an object and no field is data whose server forgot to say
 * so. Format: the HTML standard, 9.2.
 */
export function openEventStream(onData: (data: string, event: string) => void): EventStream {
  const decoder = new TextDecoder()
  let rest = ''
  let data: string | undefined
  let event = ''

  function dispatch(): void {
    const [whole, name] = [data, event]
    data = undefined
    event = ''
    if (whole !== undefined) onData(whole, name)
  }

  function takeLine(line: string): void {
    if (line === '') dispatch()
    else if (line.startsWith('data:')) {
      const value = line.slice(line.charCodeAt(5) === space ? 6 : 5)
      data = data === undefined ? value : `${data}\n${value}`
    } else if (line.startsWith('event:')) event = line.slice(6).trim()
    else if (line.startsWith('{')) data = data === undefined ? line : `${data}\n${line}`
    else if (line === 'data') data = data === undefined ? '' : `${data}\n`
  }

  function takeText(text: string): void {
    const whole = rest === '' ? text : rest + text
    let start = 0
    for (let end = lineEnd(whole, start); end !== -1; end = lineEnd(whole, start)) {
      takeLine(whole.slice(start, end))
      start =
        end + (whole.charCodeAt(end) === carriageReturn && whole.charCodeAt(end + 1) === lineFeed ? 2 : 1)
    }
    rest = whole.slice(start)
  }

  return {
    push: (bytes) => takeText(decoder.decode(bytes, { stream: true })),
    end() {
      takeText(decoder.decode())
      if (rest.endsWith('\r')) takeLine(rest.slice(0, -1))
      else if (isWhole(rest)) takeLine(rest)
      rest = ''
      dispatch()
    },
  }
}

/** Whether a last line without an end is all there, which what a line holds can tell. */
function isWhole(line: string): boolean {
  const data = line.replace(/^data:/u, '').trim()
  return data === '[DONE]' || (data.startsWith('{') && parseJson(data) !== undefined)
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20

/** Where the next line ends, -1 when it may go on: a carriage return at the very end may have its line feed to come. */
function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from)
  // Nobody but old proxies sends carriage returns, and looking for one costs a scan of the whole text.
  const upTo = feed === -1 ? text.length : feed
  const line = text.slice(from, upTo)
  const carriage = line.indexOf('\r')
  if (carriage === -1) return feed
  return from + carriage === text.length - 1 ? -1 : from + carriage
}
