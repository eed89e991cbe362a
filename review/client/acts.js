// @ts-check
/* What a key or a button does, by the names of the server's table of keys. */
import { forget } from './fragments.js'
import { shown, take } from './list.js'
import { openNote } from './note.js'
import { act, move, show } from './pair.js'
import { help, main, part, reasons, search } from './page.js'
import { fail, send } from './saving.js'
import { address, ask, put } from './server.js'
import { state } from './state.js'
import { moveBlock, toggleThoughts } from './thoughts.js'

/** @param {string} verdict @param {string} [reason] */
function judge(verdict, reason) {
  void act({ verdict, ...(reason && { reason }) })
  move(1)
}

/** @param {number} to */
function tab(to) {
  const pair = part('.pair')
  const tabs = [...main.querySelectorAll('[data-act=tab]')]
  if (!pair || to < 0 || to >= tabs.length) return
  pair.dataset['tab'] = String(to)
  for (const [index, each] of tabs.entries()) each.setAttribute('aria-pressed', String(index === to))
}

/** @param {string} selector */
function toggle(selector) {
  const section = part(selector)
  if (!section) return undefined
  section.hidden = !section.hidden
  if (!section.hidden) section.scrollIntoView({ block: 'nearest' })
  return section
}

/** Rendering takes the student's template, so it is asked for only where somebody looks. */
async function toggleStudent() {
  const section = toggle('.student')
  if (!section || section.hidden || section.childElementCount > 0) return
  section.textContent = 'rendering …'
  try {
    put(section, await (await ask(address('/api/student', { id: state.current }))).text())
  } catch (error) {
    section.textContent = error instanceof Error ? error.message : String(error)
  }
  section.scrollIntoView({ block: 'nearest' })
}

async function undo() {
  const { pair, overview } = await (await ask('/api/undo', {})).json()
  take(overview)
  if (pair === null) return
  forget(pair)
  await show(pair)
}

/** @type {Record<string, (from?: HTMLElement) => unknown>} */
const acts = {
  approve: () => judge('accept'),
  reject: () => {
    reasons.hidden = !reasons.hidden
  },
  reason: (from) => judge('reject', from?.dataset['reason']),
  flag: async () => {
    await act({ flag: state.listed.get(state.current)?.flag !== true })
    await show(state.current)
  },
  note: () => openNote(),
  undo: () => send(undo),
  next: () => move(1),
  previous: () => move(-1),
  'next-open': () => move(1, true),
  'previous-open': () => move(-1, true),
  first: () => show(shown()[0] ?? state.current),
  last: () => show(shown().at(-1) ?? state.current),
  search: () => search.focus(),
  thought: (from) => {
    const own = from?.closest('.thought')
    toggleThoughts(own ? [own] : [...main.querySelectorAll('.thought')])
  },
  'block-on': () => moveBlock(1),
  'block-back': () => moveBlock(-1),
  difference: () => toggle('.difference'),
  student: toggleStudent,
  details: () => toggle('.details'),
  raw: () => {
    state.isRaw = !state.isRaw
    forget()
    return show(state.current)
  },
  tab: (from) => tab(Number(from?.dataset['to'])),
  'tab-on': () => tab(Number(part('.pair')?.dataset['tab']) + 1),
  'tab-back': () => tab(Number(part('.pair')?.dataset['tab']) - 1),
  help: () => (help.open ? help.close() : help.showModal()),
  'close-help': () => help.close(),
}

/** @param {string} name @param {HTMLElement} [from] the button that was pressed */
export function run(name, from) {
  Promise.resolve(acts[name]?.(from)).catch(fail)
}
