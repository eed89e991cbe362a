import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { proseOf } from '../../filters/text/prose.ts'
import { scripts, visitScriptRuns } from '../../filters/text/scripts.ts'
import { hardText } from './hard-text.ts'
import { reasonsOf } from './sample.ts'

const english = 'We add the two numbers and then compare the sum with the limit that the problem states. '
const chinese = '我们先把两个数字相加，然后把得到的和与题目给出的上限进行比较，最后得出结论。'
const russian = 'Сложим оба числа и сравним сумму с пределом, который дан в условии задачи. '
const inReasoning = (prompt: string, reasoning: string) =>
  reasonsOf('language', {}, { prompt, trace: { reasoning, answer: '' } })

describe('language', () => {
  test.each([
    ['English', 'What is the sum of both numbers?', english.repeat(3)],
    ['Chinese', '两个数字的和是多少？', chinese.repeat(3)],
    ['Russian', 'Чему равна сумма обоих чисел?', russian.repeat(3)],
    [
      'Japanese',
      'この二つの数の和を求めなさい。',
      'まず二つの数を足します。次に、その和を問題の上限と比べて、答えを求めます。'.repeat(2),
    ],
    [
      'Korean',
      '두 수의 합은 얼마입니까?',
      '먼저 두 수를 더한 다음 그 합을 문제에서 주어진 한계와 비교하여 답을 구합니다. '.repeat(2),
    ],
  ])('keeps %s that stays %s', (_, prompt, reasoning) => {
    expect(inReasoning(prompt, reasoning)).toEqual([])
  })

  test.each([
    ['Greek letters', 'Find the angle.', `${english}The angle α plus β is π − γ, and Δ = θ. `],
    ['mathematical letters', 'Find x.', `${english}𝑥 + 𝑦 = 𝔸, and ℝ holds ∅. `],
    ['a short foreign name', 'Who is he?', `${english}${english}He is Иван. `],
    [
      'Chinese inside code',
      'Print a greeting in Python.',
      `${english}\n\`\`\`python\nprint("你好世界，欢迎光临")\n\`\`\`\n`,
    ],
    ['Chinese inside maths', 'Find x.', `${english} $\\text{你好世界你好世界}$ `],
    [
      'variables and units in Chinese',
      '求三角形ABC的面积。',
      `设AB为x，BC为y，则xy=12，面积为6 cm。${chinese}又因为sin A = 1，log x = 2，所以结论成立。`,
    ],
    ['a few terms in Chinese', '用程序求最大公约数。', `${chinese.repeat(4)}这里可以使用 Euclid 算法。`],
    [
      'a quotation that the prompt makes',
      'Translate "你好，很高兴认识你" into English.',
      `${english} 你好，很高兴认识你 means hello.`,
    ],
    ['a prompt without letters', '$1 + 1 = ?$', chinese],
  ])('keeps %s', (_, prompt, reasoning) => {
    expect(inReasoning(prompt, reasoning)).toEqual([])
  })

  test.each([
    ['a switch to Chinese', 'Add the numbers.', english.repeat(20) + chinese],
    ['five Chinese characters', 'Add the numbers.', `${english.repeat(20)}因为它们的 sum is 4.`],
    ['Chinese words here and there', 'Add the numbers.', `${english.repeat(4)}然后 it is. `.repeat(5)],
    ['a switch to Russian', 'Add the numbers.', english + russian],
    ['English for a Chinese prompt', '两个数字的和是多少？', english.repeat(2)],
    ['English for a Russian prompt', 'Чему равна сумма обоих чисел?', english],
    ['Chinese for a Korean prompt', '두 수의 합은 얼마입니까?', `${chinese}${chinese}`],
    ['half and half for a Chinese prompt', '两个数字的和是多少？', chinese + english],
  ])('drops %s', (_, prompt, reasoning) => {
    expect(inReasoning(prompt, reasoning)).toEqual(['language_mixing'])
  })

  test('judges the answer apart from the reasoning', () => {
    const trace = { reasoning: english.repeat(50), answer: russian }
    expect(reasonsOf('language', {}, { prompt: 'Add the numbers.', trace })).toEqual(['language_mixing'])
  })

  test('counts the options of a problem as prompt', () => {
    const problem = { choices: ['你好', '谢谢', '再见'] }
    const trace = { reasoning: `${english} 你好谢谢再见 are greetings. `, answer: '' }
    expect(reasonsOf('language', {}, { prompt: 'Which word means goodbye?', problem, trace })).toEqual([])
  })

  test('takes its thresholds from the options', () => {
    const trace = { reasoning: `${english}然后 the rest.`, answer: '' }
    expect(reasonsOf('language', {}, { trace })).toEqual([])
    expect(reasonsOf('language', { cjk_run: 2 }, { trace })).toEqual(['language_mixing'])
    expect(reasonsOf('language', { cjk_total: 2 }, { trace })).toEqual(['language_mixing'])
    expect(reasonsOf('language', { min_share: 1 }, { trace })).toEqual(['language_mixing'])
    expect(reasonsOf('language', { min_share: 1, min_letters: 1000 }, { trace })).toEqual([])
  })
})

describe('prose', () => {
  test.each([
    ['a $x + y$ b', 'a   b'],
    ['a $$x\ny$$ b', 'a   b'],
    ['a \\(x\\) b \\[y\\] c', 'a   b   c'],
    ['a `x` b ```\ny\n``` c', 'a   b   c'],
    ['a ```\nnever closed', 'a  '],
    ['costs $5 today', 'costs $5 today'],
    ['costs $5 and $6 or $7.', 'costs $5 and $6 or $7.'],
    ['costs $ 5, or 6 $ at most', 'costs $ 5, or 6 $ at most'],
    ['costs $5\nand $6', 'costs $5\nand $6'],
    ['a \\alpha b https://x.org/y?z c', 'a   b   c'],
    ['a `tick b', 'a `tick b'],
  ])('of %j is %j', (text, prose) => {
    expect(proseOf(text)).toBe(prose)
  })

  test.each(['\\[', '$x', '`a', '\\(', '```', '$$', '\\[\n$', '$`\n'])(
    'reads a megabyte of %j in linear time',
    (part) => {
      const text = part.repeat(2 ** 20 / part.length)
      expect(proseOf(text).length).toBeLessThanOrEqual(text.length + 1)
    },
  )

  test('never invents letters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '$', '`', '\\', '(', ')', '[', ']', '\n', ' ') }),
        (text) => {
          const letters = [text, proseOf(text)].map((value) => value.replace(/[^ab]/g, ''))
          expect(letters[1]?.length).toBeLessThanOrEqual(letters[0]?.length ?? 0)
        },
      ),
    )
  })
})

function runsOf(text: string): [string, number][] {
  const runs: [string, number][] = []
  visitScriptRuns(text, (script, letters) => runs.push([script, letters]))
  return runs
}

test('runs of scripts hold every letter once', () => {
  expect(runsOf('abc дом 你好 かな カナ 한국 αβ ไทย Ω 123 ∑ ℝ 𝑥 ꦗ')).toEqual([
    ['Latin', 3],
    ['Cyrillic', 3],
    ['Han', 2],
    ['Kana', 2],
    ['Kana', 2],
    ['Hangul', 2],
    ['Greek', 2],
    ['Thai', 3],
    ['Greek', 1],
    ['other', 1],
  ])
})

test('the runs of any text are those that one pattern of all scripts finds', () => {
  const sets = scripts.slice(0, -1).map((script) => {
    const members = script === 'Kana' ? ['Hiragana', 'Katakana'] : [script]
    return `[${members.map((member) => String.raw`\p{Script=${member}}`).join('')}]`
  })
  const other = String.raw`(?:(?!${[...sets, String.raw`\p{Script=Common}`].join('|')})\p{L})`
  const pattern = new RegExp([...sets, other].map((set) => `(${set}+)`).join('|'), 'gu')
  fc.assert(
    fc.property(hardText, (text) => {
      const wanted = Array.from(text.matchAll(pattern), (match) => [
        scripts[match.slice(1).findIndex((part) => part !== undefined)],
        Array.from(match[0]).length,
      ])
      expect(runsOf(text)).toEqual(wanted)
    }),
    { numRuns: 1000 },
  )
})
