import { randomFrom } from '../problems/builtin/random.ts'
import { cannedAnswer } from './generate/canned-answer.ts'

/** A text with the prompt that it answers. */
export type Text = { text: string; prompt: string }

/** Bytes. */
const size = 14_000

/** Samples of 14 kB of UTF-8: four in ten of maths, the others of LaTeX, code and Chinese; the same every time. */
export function madeTexts(count: number): Text[] {
  return Array.from({ length: count }, (_, seed) => madeText(seed))
}

let maker: ReturnType<typeof textMaker> | undefined

/** One of them, for whoever does not hold all. */
export function madeText(seed: number): Text {
  maker ??= textMaker()
  return maker(seed)
}

function textMaker(): (seed: number) => Text {
  const { choices } = cannedAnswer(60_000) as { choices: [{ message: { reasoning: string } }] }
  const prose = choices[0].message.reasoning
  const makers: Record<string, (seed: number) => Text> = {
    maths: (seed) => {
      const start = (seed * 7919) % (prose.length - size)
      const changed = (digit: string): string => String((Number(digit) + seed) % 10)
      return {
        prompt: 'Find the value of x and explain each step.',
        text: prose.slice(start, start + size).replace(/\d/g, changed),
      }
    },
    latex: (seed) => ({
      prompt: 'Evaluate the integral $I$ and prove each step.',
      text: mix(latexParts, seed),
    }),
    code: (seed) => ({
      prompt: 'Write a function that sums the digits of a number.',
      text: mix(codeParts, seed),
    }),
    chinese: (seed) => ({ prompt: '求下列方程的解，并说明每一步的理由。', text: mix(chineseParts, seed) }),
  }
  const shares = ['maths', 'maths', 'maths', 'maths', 'latex', 'latex', 'code', 'code', 'chinese', 'chinese']
  return (seed) => makers[shares[seed % shares.length]!]!(seed)
}

const latexParts = [
  [
    'By the rule for powers',
    'Now',
    'Hence',
    'Wait, if we look again,',
    'As shown above,',
    'For the second term',
  ],
  ['we get', 'note that', 'it follows that', 'there is', 'let us write', 'we may assume'],
  [
    String.raw`$\int_0^{N} x^{N} \, dx = \frac{N}{N+1}$`,
    String.raw`\( f(x) = \sum_{k=1}^{N} \frac{x^k}{k!} \)`,
    String.raw`\[ \left( a_N + b_N \right)^2 = a_N^2 + 2 a_N b_N + b_N^2 \]`,
    String.raw`$\alpha_N < \beta$`,
  ],
  [
    'so the term is small.',
    'and **each** summand is positive.\n\n',
    'since α < β.',
    'which ends this case.\n',
  ],
]

const codeParts = [
  [
    'Let me write the loop first.\n```python\n',
    'The edge cases need a test:\n```python\n',
    'Or shorter:\n```python\n',
  ],
  ['def sum_N(values, limit=N):\n', 'def check_N(rows):\n', 'class Table_N:\n', 'for index in range(N):\n'],
  [
    '    total = N\n',
    '    seen = set()\n',
    '    rows = sorted(rows, key=lambda row: row[N])\n',
    '    """Sum of N."""\n',
  ],
  ['    return total\n```\n', '    total += value * N\n```\n', '    yield from rows\n```\n'],
  [
    'We can check it with `sum_N([1, 2, N])`.',
    'This reads the input once, in O(N).',
    'Hmm, what if it is empty?',
  ],
]

const chineseParts = [
  ['我们先', '接下来', '不过', '综上所述', '由题意可知', '换一种思路', '因此'],
  [
    '把方程两边同时加上N',
    '检查一下当x等于N时的情况',
    '考虑$x<N$的条件',
    '将N代入原式',
    '对左边的多项式作因式分解',
  ],
  ['，可以得到', '，于是', '，从而', '，也就是说', '，这说明'],
  ['未知数的值是N。', '右边也等于N。\n', '结论成立。', '其他的根都应该舍去。', '余数为N，与假设矛盾。'],
]

/** Sentences that are put together by lot and whose numbers differ, up to 14 kB of UTF-8. */
function mix(parts: readonly (readonly string[])[], seed: number): string {
  const random = randomFrom('filter texts', seed)
  let text = ''
  for (let bytes = 0; bytes < size;) {
    const sentence = parts
      .map((choices) => random.pick(choices))
      .join(' ')
      .replaceAll('N', () => String(random.integer(0, 996)))
    text += sentence
    bytes += Buffer.byteLength(sentence)
  }
  return text
}
