import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findKeyLike, knownForms } from '../../../store/secrets/patterns.ts'
import { openRedactor } from '../../../store/secrets/redact.ts'
import { made, samples, signs } from './key-samples.ts'

test('a sample of every known form is found wherever it stands, and named by a mark that does not tell it', () => {
  expect(Object.keys(samples).sort()).toEqual(knownForms.map(({ name }) => name).sort())
  for (const [name, sample] of Object.entries(samples)) {
    const found = findKeyLike(`the key is "${sample}", keep it`)
    expect(found).toMatchObject({ name })
    expect(sample).not.toContain(found!.mark)
    expect(findKeyLike(`the key is "${sample}"`, new Set([found!.mark]))).toBeUndefined()
  }
})

test.each([
  'hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'OPENAI_API_KEY=sk-your-key-here-your-key-here-your-key',
  'set sk-1234567890abcdef1234567890abcdef12345678 here',
  'AKIAIOSFODNN7EXAMPLE',
  'https://user:password@example.com is the form of an address',
  'the risk-averse task-force sk-etched a desk-top',
  'https://en.wikipedia.org/wiki/Euler:constant and a@b.org',
  '\\frac{hf_1}{sk_2} + AKIA',
  '-----BEGIN PRIVATE KEY----- goes before the key',
])('%s is no key', (text) => {
  expect(findKeyLike(text)).toBeUndefined()
})

test('a form that comes up by chance inside base64 data is no key; the same one beside short words is', () => {
  const data = Buffer.from(made(240)).toString('base64')
  for (const sample of [samples['Google API key']!, samples['AWS key']!]) {
    expect(findKeyLike(`data:image/png;base64,${data}/${sample}+${data}`)).toBeUndefined()
    expect(findKeyLike(`data:image/png;base64,${data}\n?key=${sample}&v=1`)).toMatchObject({ value: sample })
    expect(findKeyLike(`https://maps.example.org/api/v1/some/long/path/${sample}/tiles`)).toMatchObject({
      value: sample,
    })
  }
})

const key = fc
  .string({
    unit: fc.constantFrom(...Array.from(signs), '-', '_', '/', '+', '=', '.', '$'),
    minLength: 12,
    maxLength: 80,
  })
  .filter((text) => new Set(text).size > 5)
const around = fc.string({ unit: 'binary', maxLength: 40 })
const encode: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  json: (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'json twice': (text) => JSON.stringify(JSON.stringify(text)),
  unicode: (text) =>
    Array.from(text, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  address: encodeURIComponent,
  'whole address': (text) => Array.from(text, (sign) => `%${sign.charCodeAt(0).toString(16)}`).join(''),
  'address twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  html: (text) => Array.from(text, (sign) => `&#${sign.charCodeAt(0)};`).join(''),
  hex: (text) => Buffer.from(text).toString('hex'),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  basic: (text) => Buffer.from(`some-user:${text}`).toString('base64'),
}

test('whatever a key is made of and however it is written, nothing of it is left', () => {
  fc.assert(
    fc.property(
      key,
      fc.constantFrom(...Object.keys(encode)),
      around,
      around,
      (secret, how, before, after) => {
        const written = encode[how]!(secret)
        const given = { [`${before} ${written} ${after}`]: [`${before} ${written} ${after}`, 1, null] }
        const text = JSON.stringify(openRedactor([secret]).value(given))
        expect(text).toContain('[hidden]')
        expect(text).not.toContain(written)
        expect(text).not.toContain(secret)
      },
    ),
    { numRuns: 2000 },
  )
})

test('base64 of anything with the key in it holds no part of the key that could be read', () => {
  fc.assert(
    fc.property(key, fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (secret, before, after) => {
      const written = Buffer.from(before + secret + after).toString('base64')
      const left = openRedactor([secret]).text(`x ${written} y`)
      // What stands for the middle of the key.
      const at = Math.floor((4 * (before.length + secret.length / 2)) / 3)
      expect(left).not.toContain(written.slice(at - 3, at + 3))
    }),
    { numRuns: 1000 },
  )
})

test('what holds no key comes back as the same object', () => {
  fc.assert(
    fc.property(fc.jsonValue(), key, (value, secret) => {
      fc.pre(!JSON.stringify(value).includes(secret))
      const redactor = openRedactor([secret])
      expect(redactor.value(value)).toBe(value)
    }),
  )
})

test('placeholders are no keys', () => {
  const redactor = openRedactor(['EMPTY', 'not-needed', undefined, ''])
  expect(redactor.text('it is not-needed and EMPTY')).toBe('it is not-needed and EMPTY')
})
