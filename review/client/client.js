// @ts-check
/*
 * The page of a review. It draws nothing itself: pairs come from the server as escaped fragments, and `setHTML` lets no
 * script, handler or address in, whatever a fragment holds.
 */

/** @typedef {{ id: string, stratum: string, why: string, verdict?: string, reason?: string, flag?: boolean, hasNote?: boolean, isVoid?: boolean }} Listed */
/** @typedef {{ name: string, pairs: Listed[], keys: { key: string, act: string }[], progress: { done: number, total: number, sentence: string }, gate: null | { state: string, sentence: string }, agreement: string }} Overview */

/** @template {Element} T @param {string} selector @param {new () => T} type @returns {T} */
const find = (selector, type) => {
  const found = document.querySelector(selector)
  if (!(found instanceof type)) throw new Error(`the page lacks ${selector}`)
  return found
}

const main = find('#pair', HTMLElement)
const saved = find('#saved', HTMLElement)
const reasons = find('#reasons', HTMLElement)
const noteForm = find('#note-form', HTMLFormElement)
const note = find('#note', HTMLTextAreaElement)
const search = find('#search', HTMLInputElement)
const help = find('#help', HTMLDialogElement)
const nameForm = find('#name-form', HTMLFormElement)
const keysOn = find('#keys-on', HTMLInputElement)
const filters = ['verdict', 'why', 'stratum'].map((name) => find(`#filter-${name}`, HTMLSelectElement))

const store = sessionStorage
const given = new URLSearchParams(location.hash.slice(1)).get('token')
if (given) {
  store.setItem('token', given)
  history.replaceState(null, '', location.pathname)
}

/** @type {Overview | undefined} */
let overview
/** @type {Map<string, Listed>} */
let listed = new Map()
/** In the order in which this page began: a verdict must not move what is looked at. @type {string[]} */
let order = []
/** @type {Set<string> | null} */
let hits = null
let current = store.getItem('pair') ?? ''
let isRaw = false
let shownAt = performance.now()
/** @type {Map<string, Promise<string>>} */
const fragments = new Map()
let showing = 0
/** Acts are sent one after the other, in the order in which they were done. @type {Promise<unknown>} */
let sending = Promise.resolve()

/** @param {string} path @param {object} [body] */
async function ask(path, body) {
  const response = await fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: {
      'x-review-token': store.getItem('token') ?? '',
      'x-reviewer': encodeURIComponent(store.getItem('reviewer') ?? ''),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (response.ok) return response
  if (response.status === 401)
    throw new Error('the token is not the one of this review: open the address that the command printed')
  throw new Error(`${path.split('?')[0]}: ${response.status} ${await response.text()}`)
}

const unwanted = [
  'iframe',
  'object',
  'embed',
  'form',
  'input',
  'img',
  'video',
  'audio',
  'svg',
  'style',
  'link',
  'meta',
  'base',
  'a',
]

/** @param {Element} element @param {string} fragment */
function put(element, fragment) {
  if (!('setHTML' in element) || typeof element.setHTML !== 'function') {
    element.textContent =
      'This browser is too old to show pairs safely (it lacks Element.setHTML); use a newer one.'
    return
  }
  element.setHTML(fragment, {
    sanitizer: { removeElements: unwanted, removeAttributes: ['style', 'href', 'src'] },
  })
}

/** @param {string} id */
function fragmentOf(id) {
  let fragment = fragments.get(id)
  if (!fragment) {
    fragment = ask(`/api/pair?id=${encodeURIComponent(id)}${isRaw ? '&raw=1' : ''}`).then((each) =>
      each.text(),
    )
    fragment.catch(() => fragments.delete(id))
    fragments.set(id, fragment)
    if (fragments.size > 12) fragments.delete([...fragments.keys()][0] ?? '')
  }
  return fragment
}

/** The pairs that the filters let through. */
function shown() {
  const [verdict, why, stratum] = filters.map(({ value }) => value)
  return order.filter((id) => {
    const one = listed.get(id)
    if (!one || (hits && !hits.has(id))) return false
    if (why && one.why !== why) return false
    if (stratum && one.stratum !== stratum) return false
    switch (verdict) {
      case 'open':
        return one.verdict === undefined
      case 'flag':
        return one.flag === true
      case 'note':
        return one.hasNote === true
      case '':
        return true
      default:
        return one.verdict === verdict
    }
  })
}

/** @param {Overview} fresh */
function take(fresh) {
  overview = fresh
  listed = new Map(fresh.pairs.map((one) => [one.id, one]))
  const known = new Set(order)
  order = [
    ...order.filter((id) => listed.has(id) || id === current),
    ...fresh.pairs.flatMap(({ id }) => (known.has(id) ? [] : [id])),
  ]
  find('#run', HTMLElement).textContent = fresh.name
  find('#who', HTMLElement).textContent = store.getItem('reviewer') ?? ''
  find('#figures', HTMLElement).textContent = fresh.progress.sentence
  find('#agreement', HTMLElement).textContent = fresh.agreement
  const gate = find('#gate', HTMLElement)
  gate.textContent = fresh.gate ? `gate ${fresh.gate.state}: ${fresh.gate.sentence}` : fresh.progress.sentence
  gate.dataset['state'] = fresh.gate?.state ?? ''
  const progress = find('#progress', HTMLProgressElement)
  progress.max = Math.max(1, fresh.progress.total)
  progress.value = fresh.progress.done
  fill(
    filters[1],
    fresh.pairs.map(({ why }) => why),
  )
  fill(
    filters[2],
    fresh.pairs.map(({ stratum }) => stratum),
  )
  drawPlace()
}

/** @param {HTMLSelectElement | undefined} select @param {string[]} values */
function fill(select, values) {
  if (!select) return
  const all = [...new Set(values)].sort()
  if (select.options.length === all.length + 1) return
  select.replaceChildren(new Option('all', ''), ...all.map((value) => new Option(value, value)))
}

function drawPlace() {
  const among = shown()
  const at = among.indexOf(current)
  const { done = 0, total = 0 } = overview?.progress ?? {}
  find('#place', HTMLElement).textContent =
    `${at < 0 ? '–' : at + 1} of ${among.length}${among.length === order.length ? '' : ` (of ${order.length})`} · ${done}/${total} judged`
}

/** @param {string} id */
async function show(id) {
  const turn = ++showing
  current = id
  store.setItem('pair', id)
  reasons.hidden = true
  try {
    const fragment = await fragmentOf(id)
    if (turn !== showing) return
    put(main, fragment)
    shownAt = performance.now()
    scrollTo(0, 0)
    // Tab goes on from the pair, wherever a button was pressed before.
    if (document.activeElement === document.body || !(document.activeElement instanceof HTMLInputElement))
      main.focus({ preventScroll: true })
    drawPlace()
    const among = shown()
    for (const next of among.slice(among.indexOf(id) + 1).slice(0, 2))
      void fragmentOf(next).catch(() => undefined)
  } catch (error) {
    fail(error)
  }
}

/** @param {unknown} error */
function fail(error) {
  saved.textContent = `NOT SAVED: ${error instanceof Error ? error.message : String(error)}`
  saved.className = 'failed'
}

/** @param {object} own */
function act(own) {
  if (!current) return
  const body = { pair_id: current, seconds: Math.round((performance.now() - shownAt) / 100) / 10, ...own }
  fragments.delete(current)
  const one = listed.get(current)
  // Seen at once; the server's word follows.
  if (one) Object.assign(one, own)
  send(async () => take(await (await ask('/api/act', body)).json()))
}

/** @param {() => Promise<void>} work */
function send(work) {
  saved.className = ''
  saved.textContent = 'saving …'
  const before = sending
  sending = (async () => {
    try {
      await before
      await work()
      saved.textContent = `saved ${new Date().toLocaleTimeString()} ✓`
    } catch (error) {
      fail(error)
    }
  })()
}

/** @param {number} step @param {boolean} [onlyOpen] */
function move(step, onlyOpen = false) {
  const among = shown()
  let at = among.indexOf(current)
  // The pair just judged may have left the filter: its neighbours in the whole order tell where to go on.
  if (at < 0) {
    const place = order.indexOf(current)
    at = among.findIndex((id) => order.indexOf(id) > place) - (step > 0 ? 1 : 0)
    if (at < -1) at = among.length - (step > 0 ? 1 : 0)
  }
  for (let to = at + step; to >= 0 && to < among.length; to += step) {
    const id = among[to] ?? ''
    if (onlyOpen && listed.get(id)?.verdict !== undefined) continue
    void show(id)
    return
  }
  if (step > 0) {
    const left = [...listed.values()].filter(({ verdict }) => verdict === undefined).length
    saved.className = ''
    saved.textContent =
      left === 0
        ? 'the last pair: everything has a verdict'
        : `the last pair here; ${left} have no verdict yet`
  }
  void show(current)
}

/** @param {string} verdict @param {string} [reason] */
function judge(verdict, reason) {
  act({ verdict, ...(reason && { reason }) })
  move(1)
}

/** @param {string} selector */
const part = (selector) => {
  const found = main.querySelector(selector)
  return found instanceof HTMLElement ? found : undefined
}

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
      const response = await ask(
        `/api/block?id=${encodeURIComponent(current)}&arm=${thought.dataset['arm']}&block=${next}${isRaw ? '&raw=1' : ''}`,
      )
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
  if (last && Number(thought.dataset['next']) < total) {
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      watch.disconnect()
      void nextBlocks(thought)
    })
    watch.observe(last)
  }
}

/** @param {Element[]} thoughts */
function toggleThoughts(thoughts) {
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
function moveBlock(step) {
  const blocks = [...main.querySelectorAll('.thought-blocks:not([hidden]) .block')]
  const at = blocks.findIndex((block) => block.getBoundingClientRect().bottom > 90)
  const target =
    blocks[
      Math.max(
        0,
        Math.min(
          blocks.length - 1,
          at + (step > 0 && at >= 0 && (blocks[at]?.getBoundingClientRect().top ?? 0) > 90 ? 0 : step),
        ),
      )
    ]
  target?.scrollIntoView({ block: 'start' })
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
  if (!section) return
  section.hidden = !section.hidden
  if (!section.hidden) section.scrollIntoView({ block: 'nearest' })
}

/** @type {Record<string, (from?: HTMLElement) => unknown>} */
const acts = {
  approve: () => judge('accept'),
  reject: () => {
    reasons.hidden = !reasons.hidden
    if (!reasons.hidden && reasons.querySelector('button')?.matches(':focus-visible')) return
  },
  reason: (from) => judge('reject', from?.dataset['reason']),
  flag: () => {
    act({ flag: listed.get(current)?.flag !== true })
    void sending.then(() => show(current))
  },
  note: () => {
    noteForm.hidden = false
    note.value = part('.remarks .note')?.textContent ?? ''
    note.focus()
  },
  undo: () =>
    send(async () => {
      const { pair, overview: fresh } = await (await ask('/api/undo', {})).json()
      take(fresh)
      if (pair === null) return
      fragments.delete(pair)
      await show(pair)
    }),
  next: () => move(1),
  previous: () => move(-1),
  'next-open': () => move(1, true),
  'previous-open': () => move(-1, true),
  first: () => void show(shown()[0] ?? current),
  last: () => void show(shown().at(-1) ?? current),
  search: () => search.focus(),
  thought: (from) => {
    const own = from?.closest('.thought')
    toggleThoughts(own ? [own] : [...main.querySelectorAll('.thought')])
  },
  'block-on': () => moveBlock(1),
  'block-back': () => moveBlock(-1),
  difference: () => toggle('.difference'),
  student: () => toggle('.student'),
  details: () => toggle('.details'),
  raw: () => {
    isRaw = !isRaw
    fragments.clear()
    void show(current)
  },
  tab: (from) => tab(Number(from?.dataset['to'])),
  'tab-on': () => tab(Number(part('.pair')?.dataset['tab']) + 1),
  'tab-back': () => tab(Number(part('.pair')?.dataset['tab']) - 1),
  help: () => (help.open ? help.close() : help.showModal()),
  'close-help': () => help.close(),
}

/** @param {string} name @param {HTMLElement} [from] */
function run(name, from) {
  Promise.resolve(acts[name]?.(from)).catch(fail)
}

document.addEventListener('click', (event) => {
  const from = event.target instanceof Element ? event.target.closest('[data-act]') : null
  if (from instanceof HTMLElement && overview) run(from.dataset['act'] ?? '', from)
})

document.addEventListener('keydown', (event) => {
  const { target, key } = event
  if (!overview || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return
  if (key === 'Escape') reasons.hidden = true
  if (!keysOn.checked || (help.open && key !== '?')) return
  const reason = reasons.hidden ? null : reasons.querySelectorAll('[data-reason]')[Number(key) - 1]
  // A key that is held down must not judge thirty pairs.
  if (reason instanceof HTMLElement && !event.repeat) {
    event.preventDefault()
    run('reason', reason)
    return
  }
  const known = overview.keys.find((each) => each.key === key)
  if (!known || (event.repeat && !/^(?:next|previous|block|tab)/u.test(known.act))) return
  event.preventDefault()
  run(known.act)
})

note.addEventListener('keydown', (event) => {
  if (event.isComposing) return
  if (event.key === 'Escape') closeNote()
  if (event.key !== 'Enter' || event.shiftKey) return
  event.preventDefault()
  noteForm.requestSubmit()
})
noteForm.addEventListener('submit', (event) => {
  event.preventDefault()
  act({ note: note.value })
  closeNote()
  void sending.then(() => show(current))
})

function closeNote() {
  noteForm.hidden = true
  main.focus({ preventScroll: true })
}

find('#search-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  void seek()
})
search.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') main.focus({ preventScroll: true })
  if (event.key !== 'Escape') return
  search.value = ''
  main.focus({ preventScroll: true })
  void seek()
})

async function seek() {
  try {
    saved.className = ''
    saved.textContent = search.value === '' ? '' : 'searching …'
    const { ids } = await (await ask(`/api/search?text=${encodeURIComponent(search.value)}`)).json()
    hits = ids ? new Set(ids) : null
    saved.textContent = hits ? `${hits.size} pairs hold the text` : ''
    const among = shown()
    if (among.length > 0 && !among.includes(current)) await show(among[0] ?? current)
    else drawPlace()
  } catch (error) {
    fail(error)
  }
}

for (const filter of filters)
  filter.addEventListener('change', () => {
    const among = shown()
    if (among.length > 0 && !among.includes(current)) void show(among[0] ?? current)
    else drawPlace()
  })

nameForm.addEventListener('submit', (event) => {
  event.preventDefault()
  const name = find('#name', HTMLInputElement).value.trim()
  if (name === '') return
  store.setItem('reviewer', name)
  void begin()
})

async function begin() {
  if (!store.getItem('reviewer')) {
    nameForm.hidden = false
    find('#name', HTMLInputElement).focus()
    return
  }
  try {
    take(await (await ask('/api/overview')).json())
    nameForm.hidden = true
    const here = listed.has(current)
      ? current
      : (order.find((id) => listed.get(id)?.verdict === undefined) ?? order[0])
    if (here) await show(here)
    else main.textContent = 'There is no pair to review.'
  } catch (error) {
    main.textContent = error instanceof Error ? error.message : String(error)
  }
}

void begin()
