// @ts-check
/* The pairs that were asked for, kept for a while: the next ones are asked for ahead. */
import { address, ask } from './server.js'
import { state } from './state.js'

/** So many pairs with their texts are kept. */
const mostKept = 12
/** @type {Map<string, Promise<string>>} */
const fragments = new Map()

/** @param {string} id */
export function fragmentOf(id) {
  let fragment = fragments.get(id)
  if (!fragment) {
    fragment = ask(address('/api/pair', { id, raw: state.isRaw && '1' })).then((each) => each.text())
    fragment.catch(() => fragments.delete(id))
    fragments.set(id, fragment)
    if (fragments.size > mostKept) fragments.delete([...fragments.keys()][0] ?? '')
  }
  return fragment
}

/** @param {string} [id] all of them unless given */
export function forget(id) {
  if (id === undefined) fragments.clear()
  else fragments.delete(id)
}
