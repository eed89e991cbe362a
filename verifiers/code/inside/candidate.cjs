// Runs the program and answers what the judge asks of it, one JSON line each; see candidate.py.
const vm = require('node:vm')
const { createRequire } = require('node:module')

const readLine = lineReader(0)
const handles = []

async function main() {
  fs.writeSync(1, 'ready\n')
  // What the program prints must not get between the answers.
  for (const stream of [process.stdout, process.stderr]) stream.write = () => true
  const { program } = JSON.parse(readLine())
  const module = { exports: {} }
  Object.assign(globalThis, { module, exports: module.exports, require: createRequire('/tmp/program.js') })
  try {
    // Programs are scripts here: what they export they also declare.
    new vm.Script(
      program.replaceAll(/^export\s+(?:default\s+)?(?=async|class|const|function|let|var)/gmu, ''),
    ).runInThisContext()
  } catch (error) {
    return writeLine(1, {
      failed: failureOf(error),
      message: String(error),
    })
  }
  writeLine(1, { loaded: true })
  for (let line = readLine(); line !== undefined; line = readLine())
    writeLine(1, await answer(JSON.parse(line)))
}

function failureOf(error) {
  if (error instanceof SyntaxError) return 'syntax_error'
  const library = /^Cannot find module '([^'./][^']*)'/.exec(String(error?.message))
  return error?.code === 'MODULE_NOT_FOUND' && library !== null ? 'library_missing' : 'runtime_error'
}

async function answer(request) {
  try {
    const args = (request.args ?? []).map((form) => decode(form, special))
    const before = JSON.stringify(args.map((each) => encode(each, opaque)))
    let value = operate(request, args)
    const promised = value !== null && typeof value === 'object' && typeof value.then === 'function'
    if (promised) value = await value
    const reply = { value: encode(value, opaque), promised }
    const after = args.map((each) => encode(each, opaque))
    return JSON.stringify(after) === before ? reply : { ...reply, args: after }
  } catch (error) {
    const name = typeof error?.name === 'string' ? error.name : 'Error'
    return { raise: name, message: String(error?.message ?? error) }
  }
}

function operate({ do: operation, target, self, key }, args) {
  const object = target === undefined ? undefined : special(target)
  switch (operation) {
    case 'name':
      return lookUp(key)
    case 'get':
      return object[key]
    case 'set':
      object[key] = args[0]
      return true
    case 'new':
      return Reflect.construct(object, args)
    case 'instance':
      return args[0] instanceof object
    default:
      return Reflect.apply(object, self === undefined ? undefined : special(self), args)
  }
}

/** Declarations of a script are visible to the next one, but only some are properties of the global object. */
function lookUp(name) {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return undefined
  const declared = vm.runInThisContext(`typeof ${name} === 'undefined' ? undefined : ${name}`)
  return (
    declared ??
    globalThis.module.exports[name] ??
    (globalThis.module.exports.name === name ? globalThis.module.exports : undefined)
  )
}

function opaque(value) {
  let index = handles.indexOf(value)
  if (index < 0) index = handles.push(value) - 1
  return { t: 'ref', v: index, kind: typeof value }
}

function special(form) {
  if (form.t === 'ref') return handles[form.v]
  return (...args) => {
    writeLine(1, { callback: form.v, args: args.map((each) => encode(each, opaque)) })
    const message = JSON.parse(readLine())
    if ('raise' in message) throw Object.assign(new Error(message.message), { name: message.raise })
    return decode(message.value, special)
  }
}

void main()
