// Plain values as JSON, for the two ends of the wire; see codec.py. Objects of classes of the program's own never travel.
const fs = require('node:fs')

const NUMBERS = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }

/**
 * `value` as something JSON can write; `opaque(value)` gives the form of what is not plain, `known(value)` that of what
 * must not even be looked at.
 */
function encode(value, opaque, known = () => undefined) {
  const address = known(value)
  if (address !== undefined) return address
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (value === undefined) return { t: 'undefined' }
  if (typeof value === 'bigint') return { t: 'bigint', v: String(value) }
  if (typeof value === 'number') {
    const odd = !Number.isFinite(value) || Object.is(value, -0)
    return odd ? { t: 'number', v: Object.is(value, -0) ? '-0' : String(value) } : value
  }
  const inner = (each) => encode(each, opaque, known)
  switch (typeof value === 'object' ? Object.getPrototypeOf(value) : undefined) {
    case Array.prototype:
      return Array.from(value, inner)
    case Object.prototype:
    case null:
      return { t: 'object', v: Object.entries(value).map(([key, each]) => [key, inner(each)]) }
    case Map.prototype:
      return { t: 'map', v: [...value].map(([key, each]) => [inner(key), inner(each)]) }
    case Set.prototype:
      return { t: 'set', v: [...value].map(inner) }
    case Date.prototype:
      return { t: 'date', v: inner(value.getTime()) }
    default:
      return opaque(value)
  }
}

/** The value of a form; `special(form)` gives the value of what is not plain. */
function decode(form, special) {
  if (Array.isArray(form)) return form.map((each) => decode(each, special))
  if (form === null || typeof form !== 'object') return form
  const inner = (each) => decode(each, special)
  switch (form.t) {
    case 'undefined':
      return undefined
    case 'bigint':
      return BigInt(form.v)
    case 'number':
      return NUMBERS[form.v]
    case 'object':
      return Object.fromEntries(form.v.map(([key, each]) => [key, inner(each)]))
    case 'map':
      return new Map(form.v.map(([key, each]) => [inner(key), inner(each)]))
    case 'set':
      return new Set(form.v.map(inner))
    case 'date':
      return new Date(inner(form.v))
    default:
      return special(form)
  }
}

/** Lines from a file descriptor without an event loop, for calls have to return their result. */
function lineReader(descriptor) {
  const chunk = Buffer.alloc(65_536)
  let rest = []
  return function readLine() {
    for (;;) {
      const last = rest.at(-1)
      const end = last === undefined ? -1 : last.indexOf(10)
      if (end >= 0) {
        const line = Buffer.concat([...rest.slice(0, -1), last.subarray(0, end)]).toString()
        rest = [Buffer.from(last.subarray(end + 1))]
        return line
      }
      const size = fs.readSync(descriptor, chunk)
      if (size === 0) return undefined
      rest.push(Buffer.from(chunk.subarray(0, size)))
    }
  }
}

function writeLine(descriptor, message) {
  let bytes = Buffer.from(`${JSON.stringify(message)}\n`)
  while (bytes.length > 0) bytes = bytes.subarray(fs.writeSync(descriptor, bytes))
}

// The other files of this folder are put behind this one.
void [encode, decode, lineReader, writeLine]
