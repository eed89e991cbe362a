import type { ServerResponse } from 'node:http'
import type { ChatBody } from '../chat-body.ts'
import type { ReplyShapeName, Segment } from '../reply-shapes/reply-shape.ts'
import type { FaultOptions } from './fault-options.ts'

/** What a fault may look at when it answers in place of the teacher. */
export type FaultContext = {
  response: ServerResponse
  options: FaultOptions
  model: string
  /** Clock, milliseconds since 1970. */
  now: () => number
  promptTokens: number
  maxTokens: number
}

/** How the bytes of a good answer are spoiled on their way. */
export type Wire = {
  /** Milliseconds before the status line. */
  headerDelayMs: number
  /** Bytes before the JSON body, or comment lines before the first event, and milliseconds before each. */
  preludes: number
  preludeDelayMs: number
  /** Part of the answer after which it breaks off; 1 is all of it. */
  stopAfter: number
  /** How it breaks off: socket reset, clean end, or an error event (in a stream; else a reset). */
  stopHow: 'reset' | 'end' | 'error_event'
  /** Whether the break falls into the middle of a multi-byte character. */
  splitCharacter: boolean
}

/** A completion as it goes out, for faults that change what it says about itself. */
export type Completion = {
  id: string
  model: string
  finishReason: string
  /** The message of the non-streaming body. */
  message: Record<string, unknown>
  /** The same text in the order and fields of the stream. */
  segments: Segment[]
  usage: Record<string, unknown> | null
  /** Tokens that take time to generate. */
  tokens: number
}

/** One way in which a server goes wrong. It does exactly one of five things. */
export type Fault = {
  /** Key of the options' `faults` and of the log's `fault`. */
  name: string
  /** HTTP status that the client sees, for the log. */
  status: number
  /** Changes what the teacher gets to read. */
  mishear?(body: ChatBody): ChatBody
  /** Answers in place of the teacher. */
  respond?(context: FaultContext): void
  /** Puts the reasoning elsewhere than the server does otherwise. */
  replyShape?(usual: ReplyShapeName): ReplyShapeName
  /** Changes what a good answer says about itself. */
  alter?(completion: Completion): Completion
  /** Changes how a good answer is sent. */
  wire?(options: FaultOptions): Partial<Wire>
}
