// @ts-check
/* What the page knows of the review: the pairs of this reviewer, and which one is looked at. */
import { kept } from './page.js'

/** @typedef {{ id: string, stratum: string, why: string, verdict?: string, reason?: string, flag?: boolean, hasNote?: boolean, isVoid?: boolean }} Listed */
/** @typedef {{ name: string, pairs: Listed[], keys: { key: string, act: string }[], progress: { done: number, total: number, sentence: string }, gate: null | { state: string, sentence: string }, agreement: string }} Overview */

export const state = {
  /** None before the reviewer has a name. @type {Overview | undefined} */
  overview: undefined,
  /** @type {Map<string, Listed>} */
  listed: new Map(),
  /** In the order in which this page began: a verdict must not move what is looked at. @type {string[]} */
  order: [],
  /** The pairs that hold the text that is searched. @type {Set<string> | null} */
  hits: null,
  current: kept.get('pair'),
  isRaw: false,
  shownAt: performance.now(),
}
