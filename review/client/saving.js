// @ts-check
/* What was done is sent on, and the page says whether it is on disk. */
import { find } from './page.js'

const saved = find('#saved', HTMLElement)
/** Acts are sent one after the other, in the order in which they were done. @type {Promise<unknown>} */
let sending = Promise.resolve()

/** @param {string} text */
export function say(text) {
  saved.className = ''
  saved.textContent = text
}

/** Whether the last thing that was done is not on disk. */
export const hasFailed = () => saved.className === 'failed'

/** @param {unknown} error */
export function fail(error) {
  saved.textContent = `NOT SAVED: ${error instanceof Error ? error.message : String(error)}`
  saved.className = 'failed'
}

/** @param {() => Promise<void>} work */
export function send(work) {
  say('saving …')
  const before = sending
  sending = (async () => {
    try {
      await before
      await work()
      say(`saved ${new Date().toLocaleTimeString()} ✓`)
    } catch (error) {
      fail(error)
    }
  })()
  return sending
}
