// @ts-check
/* The pairs that hold a text. */
import { drawPlace } from './list.js'
import { showAmong } from './pair.js'
import { find, search, toPair } from './page.js'
import { fail, say } from './saving.js'
import { address, ask } from './server.js'
import { state } from './state.js'

async function seek() {
  try {
    say(search.value === '' ? '' : 'searching …')
    const { ids } = await (await ask(address('/api/search', { text: search.value }))).json()
    state.hits = ids ? new Set(ids) : null
    say(state.hits ? `${state.hits.size} pairs hold the text` : '')
    await showAmong()
    drawPlace()
  } catch (error) {
    fail(error)
  }
}

export function listenToSearch() {
  find('#search-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    void seek()
  })
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') toPair()
    if (event.key !== 'Escape') return
    search.value = ''
    toPair()
    void seek()
  })
}
