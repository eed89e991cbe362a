// Programs that are wrong by nature: every name that the tests ask for is such a function; see stubs.py.
const STUBS = {
  nothing: () => undefined,
  raises: () => {
    throw new Error('a program that is wrong')
  },
  thing: () => Symbol.for('thing'),
  null: () => null,
  true: () => true,
  false: () => false,
  zero: () => 0,
  one: () => 1,
  text: () => '',
  list: () => [],
  mapping: () => ({}),
  argument: (given) => given,
}
module.exports = new Proxy({}, { get: (_, name) => (typeof name === 'string' ? STUBS[STUB] : undefined) })
