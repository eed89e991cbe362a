// @ts-check
/* Which pairs there are to go through, and how far the review is. */
import { find, kept } from './page.js'
import { state } from './state.js'

/** @param {string} name */
const filterOf = (name) => find(`#filter-${name}`, HTMLSelectElement)
const [byVerdict, byWhy, byStratum] = [filterOf('verdict'), filterOf('why'), filterOf('stratum')]
export const filters = [byVerdict, byWhy, byStratum]

/** @param {import('./state.js').Listed} one */
function hasWantedVerdict({ verdict, flag, hasNote }) {
  switch (byVerdict.value) {
    case 'open':
      return verdict === undefined
    case 'flag':
      return flag === true
    case 'note':
      return hasNote === true
    case '':
      return true
    default:
      return verdict === byVerdict.value
  }
}

/** The pairs that the filters let through. */
export function shown() {
  return state.order.filter((id) => {
    const one = state.listed.get(id)
    if (!one || (state.hits && !state.hits.has(id))) return false
    if (byWhy.value && one.why !== byWhy.value) return false
    if (byStratum.value && one.stratum !== byStratum.value) return false
    return hasWantedVerdict(one)
  })
}

/** @param {import('./state.js').Overview} fresh */
export function take(fresh) {
  const { name, pairs, progress, gate, agreement } = fresh
  state.overview = fresh
  state.listed = new Map(pairs.map((one) => [one.id, one]))
  const known = new Set(state.order)
  state.order = [
    ...state.order.filter((id) => state.listed.has(id) || id === state.current),
    ...pairs.flatMap(({ id }) => (known.has(id) ? [] : [id])),
  ]
  find('#run', HTMLElement).textContent = name
  find('#who', HTMLElement).textContent = kept.get('reviewer')
  find('#figures', HTMLElement).textContent = progress.sentence
  find('#agreement', HTMLElement).textContent = agreement
  const gateLine = find('#gate', HTMLElement)
  gateLine.textContent = gate ? `gate ${gate.state}: ${gate.sentence}` : progress.sentence
  gateLine.dataset['state'] = gate?.state ?? ''
  const bar = find('#progress', HTMLProgressElement)
  bar.max = Math.max(1, progress.total)
  bar.value = progress.done
  fill(
    byWhy,
    pairs.map(({ why }) => why),
  )
  fill(
    byStratum,
    pairs.map(({ stratum }) => stratum),
  )
  drawPlace()
}

/** @param {HTMLSelectElement} select @param {string[]} values */
function fill(select, values) {
  const all = [...new Set(values)].sort()
  if (select.options.length === all.length + 1) return
  select.replaceChildren(new Option('all', ''), ...all.map((value) => new Option(value, value)))
}

export function drawPlace() {
  const among = shown()
  const at = among.indexOf(state.current)
  const { done = 0, total = 0 } = state.overview?.progress ?? {}
  find('#place', HTMLElement).textContent =
    `${at < 0 ? '–' : at + 1} of ${among.length}${among.length === state.order.length ? '' : ` (of ${state.order.length})`} · ${done}/${total} judged`
}
