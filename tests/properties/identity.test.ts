import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleKey, sampleSeed, type ChatRequest } from '../../schemas/arm.ts'
import { canonicalJson, hashOf } from '../../schemas/canonical.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import { problemId } from '../../schemas/problem.ts'

const word = fc.string({
  minLength: 1,
  maxLength: 8,
  unit: fc.constantFrom(...'abcxyz0123+=$\\{}'.split('')),
})

test('canonical JSON does not depend on the order of keys and reads back as the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      expect(canonicalJson(reversed(value))).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { examples: [[JSON.parse('{"b":{"__proto__":""},"__proto__":[1]}')]] },
  )
})

test('a problem keeps its id under other white space and Unicode forms, and has another id with other words or options', () => {
  const space = fc.constantFrom(' ', '  ', '\n', '\t', '\u00a0', '\u2003')
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 2 }),
      fc.array(space, { minLength: 1 }),
      fc.array(word),
      word,
      (words, spaces, choices, other) => {
        const prompt = words.join(' ')
        const id = problemId({ prompt, choices })
        const respaced = words.map((part, index) => part + spaces[index % spaces.length]!).join('')
        expect(problemId({ prompt: ` ${respaced}`, choices })).toBe(id)
        expect(problemId({ prompt: prompt.normalize('NFD'), choices })).toBe(id)
        expect(problemId({ prompt: `${prompt} ${other}`, choices })).not.toBe(id)
        expect(problemId({ prompt, choices: [...choices, other] })).not.toBe(id)
      },
    ),
  )
})

test('the key of a sample changes with everything that changes what is asked, and with nothing else', () => {
  const request: ChatRequest = {
    model: 'm',
    messages: [{ role: 'user', content: 'q' }],
    temperature: 0.6,
    chat_template_kwargs: { enable_thinking: true },
  }
  const arm = { name: 'a', endpoint: 'e', revision: '' }
  const key = sampleKey(request, arm, 0)
  const others = [
    sampleKey({ ...request, model: 'n' }, arm, 0),
    sampleKey({ ...request, temperature: 0.7 }, arm, 0),
    sampleKey({ ...request, chat_template_kwargs: { enable_thinking: false } }, arm, 0),
    sampleKey({ ...request, messages: [{ role: 'system', content: 's' }, ...request.messages] }, arm, 0),
    sampleKey(request, { ...arm, revision: 'r' }, 0),
    sampleKey(request, arm, 1),
  ]
  expect(new Set([key, ...others]).size).toBe(others.length + 1)
  expect(
    sampleKey(
      {
        temperature: 0.6,
        chat_template_kwargs: { enable_thinking: true },
        messages: request.messages,
        model: 'm',
      },
      arm,
      0,
    ),
  ).toBe(key)
})

test('seeds are 31 bits and spread', () => {
  const seeds = Array.from({ length: 1000 }, (_, index) => sampleSeed(hashOf(index)))
  expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true)
  expect(new Set(seeds).size).toBeGreaterThan(998)
})

test('a name with one slip is recognised', () => {
  const known = ['reasoning', 'endpoints', 'samples', 'instructions', 'shard_bytes']
  fc.assert(
    fc.property(
      fc.constantFrom(...known),
      fc.nat(),
      fc.constantFrom('drop', 'double', 'swap'),
      (name, at, slip) => {
        const index = at % (name.length - 1)
        const [before, after] = [name.slice(0, index), name.slice(index + 2)]
        const misspelt = {
          drop: before + name[index + 1]! + after,
          double: before + name[index]! + name.slice(index),
          swap: before + name[index + 1]! + name[index]! + after,
        }[slip]
        expect(nearestName(misspelt, known)).toBe(name)
      },
    ),
  )
  expect(nearestName('something else', known)).toBeUndefined()
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  )
}
