// @ts-check
/* What is asked of the server. Pairs come as escaped fragments; `setHTML` lets no script, handler or address in, whatever they hold. */
import { kept } from './page.js'

/** @param {string} path @param {object} [body] @returns {Promise<Response>} */
export async function ask(path, body) {
  const response = await fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: {
      'x-review-token': kept.get('token'),
      'x-reviewer': encodeURIComponent(kept.get('reviewer')),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (response.ok) return response
  if (response.status === 401)
    throw new Error('the token is not the one of this review: open the address that the command printed')
  throw new Error(`${path.split('?')[0]}: ${response.status} ${await response.text()}`)
}

/** @param {string} path @param {Record<string, string | false>} query values that are false are left out */
export function address(path, query) {
  const given = Object.entries(query).flatMap(([name, value]) => (value === false ? [] : [[name, value]]))
  return `${path}?${new URLSearchParams(given)}`
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
export function put(element, fragment) {
  if (!('setHTML' in element) || typeof element.setHTML !== 'function') {
    element.textContent =
      'This browser is too old to show pairs safely (it lacks Element.setHTML); use a newer one.'
    return
  }
  element.setHTML(fragment, {
    sanitizer: { removeElements: unwanted, removeAttributes: ['style', 'href', 'src'] },
  })
}
