// @ts-check
/* The page of a review begins here. It draws nothing itself: everything about a pair comes from the server. */
import { listenToKeys } from './keyboard.js'
import { filters, take } from './list.js'
import { listenToNote } from './note.js'
import { show, showAmong } from './pair.js'
import { find, keepToken, kept, main } from './page.js'
import { listenToSearch } from './search.js'
import { ask } from './server.js'
import { state } from './state.js'

const nameForm = find('#name-form', HTMLFormElement)
const name = find('#name', HTMLInputElement)

nameForm.addEventListener('submit', (event) => {
  event.preventDefault()
  const given = name.value.trim()
  if (given === '') return
  kept.set('reviewer', given)
  void begin()
})

for (const filter of filters) filter.addEventListener('change', () => void showAmong())

async function begin() {
  if (!kept.get('reviewer')) {
    nameForm.hidden = false
    name.focus()
    return
  }
  try {
    take(await (await ask('/api/overview')).json())
    nameForm.hidden = true
    const { listed, order, current } = state
    const here = listed.has(current)
      ? current
      : (order.find((id) => listed.get(id)?.verdict === undefined) ?? order[0])
    if (here) await show(here)
    else main.textContent = 'There is no pair to review.'
  } catch (error) {
    main.textContent = error instanceof Error ? error.message : String(error)
  }
}

keepToken()
listenToKeys()
listenToNote()
listenToSearch()
void begin()
