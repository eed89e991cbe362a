import type { Mode } from '../../../schemas/arm.ts'
import type { SpoilRates } from './spoil-options.ts'
import type { Random } from '../../../problems/builtin/random.ts'

/** A reply before it is cut to the token limit and put into the fields of a reply shape. */
export type Reply = {
  /** `none`: no think tokens at all; `open`: the block was never closed. */
  block: 'none' | 'closed' | 'open'
  reasoning: string
  content: string
  /** Whether the content still shows the final answer. */
  answered: boolean
  /** It goes on from words of the request, so no tag opens it. */
  continued?: true
}

/** What is decided before a word is written. */
export type Plan = {
  wrong: boolean
  boxed: boolean
  /** Whether the reasoning goes on until the token limit stops it. */
  endless: boolean
}

/** One thing that goes wrong in a teacher's text. */
export type Spoil = {
  /** Key of the options' `rates` and entry of the log's `spoiled`. */
  name: keyof SpoilRates
  /** Modes in which it can happen. */
  modes: readonly Mode[]
  /** At most one exclusive spoil happens to a reply: they would hide each other. */
  exclusive: boolean
  plan?(plan: Plan): Plan
  /** `characters` is the length that fills the token limit. */
  alter?(reply: Reply, tools: { random: Random; characters: number }): Reply
}
