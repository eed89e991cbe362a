import type { Fault } from './fault.ts'

/** The socket is reset in the middle of the body or of an event. */
export const connectionReset: Fault = {
  name: 'connection_reset',
  status: 200,
  wire: () => ({ stopAfter: 0.5, stopHow: 'reset' }),
}

/** The same inside a multi-byte character. */
export const resetInCharacter: Fault = {
  name: 'reset_in_character',
  status: 200,
  wire: () => ({ stopAfter: 0.6, stopHow: 'reset', splitCharacter: true }),
}

/** The stream ends in good order, but no finish chunk came; a body that is not streamed ends too early. */
export const cleanEnd: Fault = {
  name: 'clean_end',
  status: 200,
  wire: () => ({ stopAfter: 0.7, stopHow: 'end' }),
}

/** An event with an error object after part of the text. */
export const errorEvent: Fault = {
  name: 'error_event',
  status: 200,
  wire: () => ({ stopAfter: 0.4, stopHow: 'error_event' }),
}

/** The status line comes late. */
export const slowHeaders: Fault = {
  name: 'slow_headers',
  status: 200,
  wire: (options) => ({ headerDelayMs: options.slow_headers_ms }),
}

/** Blank lines before a JSON body, comment lines before a stream's first event. */
export const keepAlive: Fault = {
  name: 'keep_alive',
  status: 200,
  wire: (options) => ({ preludes: options.keep_alive_count, preludeDelayMs: options.keep_alive_ms }),
}

/** The same without end, and no answer ever. */
export const stall: Fault = {
  name: 'stall',
  status: 200,
  wire: (options) => ({ preludes: Infinity, preludeDelayMs: Math.max(50, options.keep_alive_ms) }),
}

/** The connection is closed without any response. */
export const noResponse: Fault = {
  name: 'no_response',
  status: 0,
  respond({ response }) {
    response.socket?.resetAndDestroy()
  },
}
