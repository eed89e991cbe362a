// @ts-check
/* Keys and buttons. Single letters work wherever the focus is, except where somebody writes. */
import { run } from './acts.js'
import { find, help, reasons } from './page.js'
import { state } from './state.js'

const keysOn = find('#keys-on', HTMLInputElement)

/** @param {EventTarget | null} target */
const isWritten = (target) =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement

/** @param {KeyboardEvent} event */
function press(event) {
  const { target, key } = event
  if (!state.overview || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (isWritten(target)) return
  if (key === 'Escape') reasons.hidden = true
  if (!keysOn.checked || (help.open && key !== '?')) return
  const reason = reasons.hidden ? null : reasons.querySelectorAll('[data-reason]')[Number(key) - 1]
  // A key that is held down must not judge thirty pairs.
  if (reason instanceof HTMLElement && !event.repeat) {
    event.preventDefault()
    run('reason', reason)
    return
  }
  const known = state.overview.keys.find((each) => each.key === key)
  if (!known || (event.repeat && !/^(?:next|previous|block|tab)/u.test(known.act))) return
  event.preventDefault()
  run(known.act)
}

export function listenToKeys() {
  document.addEventListener('keydown', press)
  document.addEventListener('click', (event) => {
    const from = event.target instanceof Element ? event.target.closest('[data-act]') : null
    if (from instanceof HTMLElement && state.overview) run(from.dataset['act'] ?? '', from)
  })
}
