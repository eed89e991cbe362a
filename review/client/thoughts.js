// @ts-check
/* Long thoughts are folded, and are asked for block by block when somebody reads them. */
import { main } from './page.js'
import { fail } from './saving.js'
import { address, ask, put } from './server.js'
import { state } from './state.js'

/** Blocks below this height, in CSS pixels, are not hidden behind the head of the page. */
const headHeight = 90

/** @param {HTMLElement} thought */
async function nextBlocks(thought, count = 3) {
  const blocks = thought.querySelector('.thought-blocks')
  const total = Number(thought.dataset['blocks'])
  if (!(blocks instanceof HTMLElement) || thought.dataset['busy'] === '1') return
  thought.dataset['busy'] = '1'
  try {
    for (let left = count; left > 0; left--) {
      const next = Number(thought.dataset['next'])
      if (next >= total) break
      const arm = thought.dataset['arm'] ?? ''
      const query = { id: state.current, arm, block: String(next), raw: state.isRaw && '1' }
      const response = await ask(address('/api/block', query))
      const place = document.createElement('div')
      put(place, await response.text())
      blocks.append(place)
      thought.dataset['next'] = String(next + 1)
    }
  } catch (error) {
    fail(error)
  }
  thought.dataset['busy'] = '0'
  const last = blocks.lastElementChild
  if (last && Number(thought.dataset['next']) < total) watch(thought, last)
}

/** Further blocks come when the last one is seen. @param {HTMLElement} thought @param {Element} last */
function watch(thought, last) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return
    watcher.disconnect()
    void nextBlocks(thought)
  })
  watcher.observe(last)
}

/** @param {Element[]} thoughts */
export function toggleThoughts(thoughts) {
  const opens = thoughts.some((each) => each.querySelector('.thought-blocks')?.hasAttribute('hidden'))
  for (const thought of thoughts) {
    const blocks = thought.querySelector('.thought-blocks')
    const folded = thought.querySelector('.thought-folded')
    const button = thought.querySelector('[data-act=thought]')
    if (
      !(thought instanceof HTMLElement) ||
      !(blocks instanceof HTMLElement) ||
      !(folded instanceof HTMLElement) ||
      !button
    )
      continue
    blocks.hidden = !opens
    folded.hidden = opens
    button.setAttribute('aria-expanded', String(opens))
    button.textContent = opens ? 'fold' : 'open'
    if (opens && thought.dataset['next'] === '0') void nextBlocks(thought)
  }
}

/** @param {number} step */
export function moveBlock(step) {
  const blocks = [...main.querySelectorAll('.thought-blocks:not([hidden]) .block')]
  const at = blocks.findIndex((block) => block.getBoundingClientRect().bottom > headHeight)
  const isAhead = step > 0 && at >= 0 && (blocks[at]?.getBoundingClientRect().top ?? 0) > headHeight
  const to = at + (isAhead ? 0 : step)
  blocks[Math.max(0, Math.min(blocks.length - 1, to))]?.scrollIntoView({ block: 'start' })
}
