// @ts-check
/* The pair that is looked at, and the way to others. */
import { forget, fragmentOf } from './fragments.js'
import { drawPlace, shown, take } from './list.js'
import { kept, main, reasons, toPair } from './page.js'
import { fail, say, send } from './saving.js'
import { ask, put } from './server.js'
import { state } from './state.js'

let showing = 0

/** @param {string} id */
export async function show(id) {
  const turn = ++showing
  state.current = id
  kept.set('pair', id)
  reasons.hidden = true
  try {
    const fragment = await fragmentOf(id)
    if (turn !== showing) return
    put(main, fragment)
    state.shownAt = performance.now()
    scrollTo(0, 0)
    // Tab goes on from the pair, wherever a button was pressed before.
    if (!(document.activeElement instanceof HTMLInputElement)) toPair()
    drawPlace()
    const among = shown()
    for (const next of among.slice(among.indexOf(id) + 1).slice(0, 2))
      void fragmentOf(next).catch(() => undefined)
  } catch (error) {
    fail(error)
  }
}

/** After another choice of pairs: stays where it can. */
export async function showAmong() {
  const among = shown()
  if (among.length > 0 && !among.includes(state.current)) await show(among[0] ?? state.current)
  else drawPlace()
}

/** @param {number} step @param {boolean} [onlyOpen] @returns whether there was one to go to */
export function move(step, onlyOpen = false) {
  const { current, order, listed } = state
  const among = shown()
  let at = among.indexOf(current)
  // The pair just judged may have left the filter: its neighbours in the whole order tell where to go on.
  if (at < 0) {
    const place = order.indexOf(current)
    const behind = among.findIndex((id) => order.indexOf(id) > place)
    at = (behind < 0 ? among.length : behind) - (step > 0 ? 1 : 0)
  }
  for (let to = at + step; to >= 0 && to < among.length; to += step) {
    const id = among[to] ?? ''
    if (onlyOpen && listed.get(id)?.verdict !== undefined) continue
    void show(id)
    return true
  }
  return false
}

/**
 * After a verdict: to the next pair without one, after the last to the first without one; where all have one, to the next.
 *
 * @returns whether there was one to go to
 */
export function goOn() {
  if (move(1, true)) return true
  const open = shown().find((id) => state.listed.get(id)?.verdict === undefined)
  if (open === undefined) return move(1)
  void show(open)
  return true
}

/** Stays at the first or last pair, with what is left to do. @param {number} step @param {string} [before] said before it */
export async function stay(step, before = '') {
  await show(state.current)
  if (step < 0) return
  const left = [...state.listed.values()].filter(({ verdict }) => verdict === undefined).length
  const todo = left === 0 ? 'everything has a verdict' : `${left} have no verdict yet, K goes back to them`
  say(`${before}the last pair here; ${todo}`)
}

/** @param {object} own what is said of the pair that is looked at @returns when it is on disk, or could not be sent */
export async function act(own) {
  const { current, listed, shownAt } = state
  if (!current) return
  const body = { pair_id: current, seconds: Math.round((performance.now() - shownAt) / 100) / 10, ...own }
  forget(current)
  const one = listed.get(current)
  // Seen at once; the server's word follows.
  if (one) Object.assign(one, own)
  await send(async () => take(await (await ask('/api/act', body)).json()))
}
