// Runs the tests against a program that lives in another sandbox; see judge.py.
const assert = require('node:assert')
const vm = require('node:vm')

const readLine = lineReader(0)
const state = { undecided: '', gone: false, asked: 0, gave: false, rejection: undefined }
const functions = []
const addresses = new WeakMap()
const standIns = new Map()
const FRAMEWORK = new Set(['describe', 'it', 'test', 'expect', 'jest', 'vi', 'suite'])

class Gone extends Error {}
class Unbridgeable extends Error {}
class Missing extends Error {}
class Unreadable extends Error {}

async function main() {
  for (const stream of [process.stdout, process.stderr]) stream.write = () => true
  // Assertions in a promise or a timer that the tests do not wait for.
  process.on('unhandledRejection', (error) => (state.rejection ??= { error }))
  process.on('uncaughtException', (error) => (state.rejection ??= { error }))
  useOwnRules()
  const task = JSON.parse(readLine())
  const outcome = await judge(task)
  const final =
    outcome.verdict === 'gold_unparseable'
      ? outcome
      : state.gone
        ? { verdict: 'incorrect', reason: 'crashed', message: outcome.message }
        : state.undecided === ''
          ? outcome
          : { verdict: 'undecided', reason: 'tests_need_the_same_process', message: state.undecided }
  writeLine(3, {
    nonce: task.nonce,
    ...final,
    gave_arguments: state.gave,
    message: final.message.slice(0, 2_000),
  })
  process.exit(0)
}

async function judge({ tests, entry_point: entry }) {
  const script = compile(tests)
  if (typeof script === 'string')
    return { verdict: 'gold_unparseable', reason: 'tests_unreadable', message: script }
  const line = readLine()
  if (line === undefined) {
    state.gone = true
    return incorrect('crashed', '')
  }
  const loaded = JSON.parse(line)
  if (loaded.failed === 'library_missing')
    return { verdict: 'undecided', reason: 'library_missing', message: String(loaded.message) }
  if ('failed' in loaded) return incorrect(String(loaded.failed), String(loaded.message))
  try {
    const candidate = entry === '' ? undefined : ask({ do: 'name', key: entry })
    if (entry !== '' && candidate === undefined) throw new Missing(`no ${entry}`)
    state.asked = 0
    const { check } = await script(namespace(entry, candidate))
    if (typeof check === 'function' && (candidate !== undefined || check.length === 0)) {
      assert((await check(candidate)) !== false, 'check returned false')
    }
    // When nothing is left to wait for, timers included.
    await new Promise((resolve) => process.once('beforeExit', resolve))
    if (state.rejection !== undefined) throw state.rejection.error
  } catch (error) {
    return why(error)
  }
  if (state.asked === 0) return { verdict: 'gold_unparseable', reason: 'tests_ask_nothing', message: '' }
  return { verdict: 'correct', reason: '', message: '' }
}

function compile(tests) {
  try {
    // `with` sends every name that the tests do not declare to the namespace, which asks the program for it.
    const body = `async (names) => { with (names) { ${tests}\n;return { check: typeof check === 'undefined' ? undefined : check } } }`
    return vm.runInThisContext(body)
  } catch (error) {
    return String(error)
  }
}

/** The names of the language and of Node are never the program's, or it could replace what the tests calculate with. */
function namespace(entry, candidate) {
  const own = { assert, require, console, candidate, ...(entry === '' ? {} : { [entry]: candidate }) }
  return new Proxy(own, {
    has: (_, name) =>
      typeof name === 'string' && name !== 'check' && (Object.hasOwn(own, name) || !(name in globalThis)),
    get(_, name) {
      if (name === Symbol.unscopables || Object.hasOwn(own, name)) return own[name]
      if (FRAMEWORK.has(name)) throw new Unreadable(`the tests want a framework: ${String(name)}`)
      own[name] = ask({ do: 'name', key: name })
      // With an entry point the program has what it was asked for; the tests want more than they say.
      if (own[name] === undefined && entry !== '') fail(`the name ${String(name)}`)
      if (own[name] === undefined) throw new Missing(`no ${String(name)}`)
      return own[name]
    },
  })
}

/** Decimals that differ by rounding noise are equal, as in Python tests; everything else compares as Node does. */
function useOwnRules() {
  for (const library of [assert, assert.strict]) {
    for (const name of ['equal', 'strictEqual', 'deepEqual', 'deepStrictEqual']) {
      const strict = library[name]
      library[name] = (actual, expected, ...rest) => {
        if (!near(actual, expected)) strict(actual, expected, ...rest)
      }
    }
  }
}

function near(actual, expected) {
  if (typeof actual === 'number' && typeof expected === 'number') {
    if (Object.is(actual, expected)) return true
    const areDecimals = !Number.isInteger(actual) && !Number.isInteger(expected)
    return areDecimals && Math.abs(actual - expected) <= 1e-6 * Math.abs(expected)
  }
  if (!Array.isArray(actual) || !Array.isArray(expected) || actual.length !== expected.length) return false
  return expected.length > 0 && actual.every((each, index) => near(each, expected[index]))
}

function ask(request, args = []) {
  state.asked += 1
  state.gave ||= request.do === 'call' && args.length > 0
  send({ ...request, args: args.map(encodeHere) })
  for (;;) {
    const reply = receive()
    if (!('callback' in reply)) return settle(reply, args)
    send(callBack(reply))
  }
}

function settle(reply, args) {
  if ('raise' in reply) throw errorOf(reply)
  ;(reply.args ?? []).forEach((form, index) => writeBack(args[index], decode(form, special)))
  const value = withoutRules(decode(reply.value, special))
  return reply.promised === true ? Promise.resolve(value) : value
}

/** What an object would say of itself when it is compared or printed here is no value. */
const RULES = [
  'valueOf',
  'toString',
  'toJSON',
  'toLocaleString',
  'constructor',
  'hasOwnProperty',
  'then',
  '__proto__',
]

function withoutRules(value, seen = new Set()) {
  if (value === null || typeof value !== 'object' || addresses.has(value) || seen.has(value)) return value
  seen.add(value)
  for (const each of value instanceof Map || value instanceof Set
    ? [...value].flat()
    : Object.values(value)) {
    withoutRules(each, seen)
  }
  for (const name of RULES) {
    if (Object.hasOwn(value, name) && typeof value[name] === 'function') {
      Object.defineProperty(value, name, {
        value: () => fail(`${name} of an object of the program`),
        enumerable: true,
      })
    }
  }
  return value
}

function errorOf({ raise, message }) {
  const known = { RangeError, TypeError, SyntaxError, ReferenceError, URIError, EvalError }[raise]
  const error = known === undefined ? Object.assign(new Error(message), { name: raise }) : new known(message)
  return Object.assign(error, { fromProgram: true })
}

function writeBack(argument, changed) {
  if (addresses.has(argument)) return
  if (Array.isArray(argument) && Array.isArray(changed)) argument.splice(0, argument.length, ...changed)
  else if (argument instanceof Map || argument instanceof Set) {
    argument.clear()
    for (const each of changed) {
      if (argument instanceof Map) argument.set(...each)
      else argument.add(each)
    }
  } else if (argument !== null && typeof argument === 'object') {
    for (const key of Object.keys(argument)) delete argument[key]
    Object.assign(argument, changed)
  }
}

function callBack({ callback, args }) {
  try {
    return { value: encodeHere(functions[callback](...args.map((each) => decode(each, special)))) }
  } catch (error) {
    return { raise: String(error?.name), message: String(error?.message) }
  }
}

function send(message) {
  try {
    writeLine(1, message)
  } catch {
    lose()
  }
}

function receive() {
  const line = readLine()
  if (line === undefined) lose()
  return JSON.parse(line)
}

function lose() {
  state.gone = true
  throw new Gone('the program ended')
}

function fail(what) {
  if (state.undecided === '') state.undecided = what
  throw new Unbridgeable(what)
}

function encodeHere(value) {
  return encode(value, opaque, addressOf)
}

function addressOf(value) {
  return addresses.get(value)
}

function opaque(value) {
  if (typeof value === 'function') return { t: 'function', v: functions.push(value) - 1 }
  return fail(`an argument of class ${value?.constructor?.name}`)
}

/** Stands for a function, class or object of the program. */
function special(form) {
  if (form.t !== 'ref') throw new TypeError('a malformed answer')
  if (standIns.has(form.v)) return standIns.get(form.v)
  const address = { t: 'ref', v: form.v }
  const call = (operation, more, args) => ask({ do: operation, target: address, ...more }, args)
  const proxy = new Proxy(form.kind === 'function' ? function () {} : {}, {
    apply: (_, self, args) =>
      call('call', addresses.has(self ?? 0) ? { self: addresses.get(self) } : {}, args),
    construct: (_, args) => Object(call('new', {}, args)),
    get(_, key) {
      if (typeof key !== 'symbol') return call('get', { key }, [])
      if (key === Symbol.hasInstance) return (value) => addresses.has(value) && call('instance', {}, [value])
      // Comparing, printing or iterating an object of the program here would look at the stand-in instead.
      return fail(`${String(key)} of an object of the program`)
    },
    set: (_, key, value) => call('set', { key }, [value]),
    has: () => fail('"in" of an object of the program'),
    ownKeys: () => fail('the keys of an object of the program'),
    getPrototypeOf: (target) =>
      typeof target === 'function' ? Function.prototype : fail('the class of an object of the program'),
  })
  addresses.set(proxy, address)
  standIns.set(form.v, proxy)
  return proxy
}

function why(error) {
  const message = String(error)
  if (error instanceof Unreadable) return { verdict: 'gold_unparseable', reason: 'tests_unreadable', message }
  if (error instanceof Missing) {
    return incorrect('no_entry_point', message)
  }
  return incorrect(error?.fromProgram === true ? 'runtime_error' : 'wrong_answer', message)
}

function incorrect(reason, message) {
  return { verdict: 'incorrect', reason, message }
}

void main()
