import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { isColouring } from '../../review/view/code.ts'
import { richText } from '../../review/view/rich-text.ts'
import { thoughtView } from '../../review/view/thought-view.ts'

const rendered = async (text: string): Promise<string> => String(await richText(text))
const textOf = (html: string): string =>
  parseHTML(`<html><body>${html}</body></html>`).document.body.textContent ?? ''

/** A thought as it is shown before it is opened. */
const folded = async (reasoning: string) => {
  const html = String(await thoughtView({ reasoning, reasoning_tokens: 1 }, 0, false))
  return parseHTML(`<html><body>${html}</body></html>`).document.querySelector('.thought-folded')!
}

test('a program in a language that is known is coloured, in one that is not is plain', async () => {
  const python = await rendered('Look:\n```python\ndef f(x):\n    return "<b>" # 1\n```\nDone.')
  expect(python).toContain('<pre class="code" data-language="Python">')
  expect(python).toContain('<span class="hljs-keyword">def</span>')
  expect(textOf(python)).toBe('Look:\ndef f(x):\n    return "<b>" # 1\nDone.')
  for (const unknown of ['klingon', '__proto__', 'constructor', ''])
    expect(await rendered(`\`\`\`${unknown}\ndef f(x): "<b>"\n\`\`\``)).toBe(
      '<pre class="code" data-language=""><code>def f(x): &quot;&lt;b&gt;&quot;</code></pre>',
    )
})

test('a fence ends where one of its own kind and length stands, one without end at the end of the text', async () => {
  expect(textOf(await rendered('```js\n```\nrest'))).toBe('\nrest')
  expect(textOf(await rendered('````\n```\nx\n```\n````\nrest'))).toBe('```\nx\n```\nrest')
  expect(textOf(await rendered('~~~py title="a"\nx\n~~~\nrest'))).toBe('x\nrest')
  expect(textOf(await rendered('before\n```py\nx = 1\n'))).toBe('before\nx = 1\n')
  expect(textOf(await rendered('three ``` in a line'))).toBe('three ``` in a line')
})

test('the end of a folded thought is drawn as it is in the whole, wherever it is cut', async () => {
  const before = `${'One more word. '.repeat(120)}\n\n\`\`\`python\n`
  const program = 'x = 1\n'.repeat(60)
  const after = `\`\`\`\n${'So the sum of $x$ is right. '.repeat(16)}`
  const prose = await folded(before + program + after)
  expect(prose.querySelectorAll('pre')).toHaveLength(0)
  expect(prose.textContent).toContain('is right.')
  expect(prose.textContent).not.toContain('x = 1')
  const cut = await folded(before + program.repeat(2))
  expect(cut.querySelector('pre')?.textContent).toContain('x = 1')
})

test('whatever a program holds, its text is what is shown, and only spans of classes stand in it', async () => {
  const part = fc.constantFrom('<', '>', '&', '"', "'", '</span>', '<span class="x">', '<script>', '${', '/*', '\n', 'a', '(', '\\', '&lt;') // prettier-ignore
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 40 }),
      fc.constantFrom('js', 'html', 'php', 'markdown', 'cpp', 'ruby', 'bash', 'none'),
      async (parts, language) => {
        const program = parts.join('')
        const html = await rendered(`\`\`\`\`${language}\n${program}\n\`\`\`\``)
        const { document } = parseHTML(`<html><body>${html}</body></html>`)
        expect(document.body.textContent).toBe(program)
        for (const each of document.querySelectorAll('code *')) {
          expect(each.tagName).toBe('SPAN')
          expect(each.getAttributeNames()).toEqual(['class'])
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('what is no escaped program with spans around its parts is refused', () => {
  expect(isColouring('<span class="hljs-string">&lt;b&gt;</span>', '<b>')).toBe(true)
  for (const bad of [
    '<b>',
    '<span class="a">&lt;b&gt;',
    '</span>&lt;b&gt;<span class="a">',
    '<span class="a" onclick="x">&lt;b&gt;</span>',
    '<span class="a">&lt;b&gt;</span><script></script>',
    '<span class="a">&lt;i&gt;</span>',
  ])
    expect([bad, isColouring(bad, '<b>')]).toEqual([bad, false])
})

// Without a bound each of these takes ten seconds to minutes, beyond the time of a test.
test.each([
  ['brackets in a program', `\`\`\`js\n${'([{<'.repeat(250_000)}\n\`\`\``],
  [
    'programs for which the rules of a language take the square of their length',
    `\`\`\`java\n${'$'.repeat(7900)}\n\`\`\`\n`.repeat(120),
  ],
  ['formulas that begin and never end', '\\['.repeat(500_000)],
  ['a quarter of a million formulas', '$x$ '.repeat(250_000)],
  ['spaces', ' '.repeat(1_000_000)],
])('a megabyte of %s is shown whole, in a bounded time', async (_, text) => {
  const html = await rendered(text)
  const shown = html.replaceAll(/<[^>]*>/g, '').replaceAll('&lt;', '<')
  expect(shown.length).toBeGreaterThan(text.length * 0.9)
})
