// @ts-check
/* The fixed parts of the page, and what it keeps while its tab is open. */

/** @template {Element} T @param {string} selector @param {new () => T} type @returns {T} */
export const find = (selector, type) => {
  const found = document.querySelector(selector)
  if (!(found instanceof type)) throw new Error(`the page lacks ${selector}`)
  return found
}

export const main = find('#pair', HTMLElement)
export const reasons = find('#reasons', HTMLElement)
export const search = find('#search', HTMLInputElement)
export const help = find('#help', HTMLDialogElement)

/** @param {string} selector @returns the part of the pair that is shown, if it has one */
export const part = (selector) => {
  const found = main.querySelector(selector)
  return found instanceof HTMLElement ? found : undefined
}

/** Keys and Tab go on from the pair. */
export const toPair = () => main.focus({ preventScroll: true })

/** Ends with the tab: who reviews, the token, the pair that is looked at. */
export const kept = {
  /** @param {'token' | 'reviewer' | 'pair'} name */
  get: (name) => sessionStorage.getItem(name) ?? '',
  /** @param {'token' | 'reviewer' | 'pair'} name @param {string} value */
  set: (name, value) => sessionStorage.setItem(name, value),
}

/** Takes the token out of the address, so that it is not copied or shown with it. */
export function keepToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (!given) return
  kept.set('token', given)
  history.replaceState(null, '', location.pathname)
}
