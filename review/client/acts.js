// @ts-check
/* What a key or a button does, by the names of the server's table of keys. */
import { forget } from './fragments.js'
import { shown, take } from './list.js'
import { openNote } from './note.js'
import { act, goOn, move, show, stay } from './pair.js'
import { help, main, part, reasons, search } from './page.js'
import { fail, hasFailed, send } from './saving.js'
import { address, ask, put } from './server.js'
import { state } from './state.js'
import { moveBlock, toggleThoughts } from './thoughts.js'

/** @param {string} verdict @param {string} [reason] */
async function judge(verdict, reason) {
  const saved = act({ verdict, ...(reason && { reason }) })
  if (goOn()) return
  // There is no other pair to see that it was taken: so this one is shown with it.
  await saved
  if (!hasFailed()) await stay(1, 'saved ✓ ')
}

/** @param {number} step @param {boolean} [onlyOpen] */
const go = (step, onlyOpen) => (move(step, onlyOpen) ? undefined : stay(step))

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
  next: () => go(1),
  previous: () => go(-1),
  'next-open': () => go(1, true),
  'previous-open': () => go(-1, true),
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

/** What is pressed before the pair is back is meant for it. @type {Promise<unknown> | undefined} */
let undoing

/** @param {string} name @param {HTMLElement} [from] the button that was pressed */
export function run(name, from) {
  const act = () => acts[name]?.(from)
  const done = (async () => (undoing === undefined ? act() : (await undoing, act())))()
  if (name === 'undo') {
    undoing = done
    void done.finally(() => {
      if (undoing === done) undoing = undefined
    })
  }
  done.catch(fail)
}
