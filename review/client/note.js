// @ts-check
/* The note on a pair: Enter saves it, Escape leaves it. */
import { act, show } from './pair.js'
import { find, part, toPair } from './page.js'
import { state } from './state.js'

const form = find('#note-form', HTMLFormElement)
const note = find('#note', HTMLTextAreaElement)

export function openNote() {
  form.hidden = false
  note.value = part('.remarks .note')?.textContent ?? ''
  note.focus()
}

function close() {
  form.hidden = true
  toPair()
}

async function save() {
  const saved = act({ note: note.value })
  close()
  await saved
  await show(state.current)
}

export function listenToNote() {
  note.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    if (event.key === 'Escape') close()
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    form.requestSubmit()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void save()
  })
}
