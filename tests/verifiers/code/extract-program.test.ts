import { assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extractProgram } from '../../../verifiers/code/extract-program.ts'

const python = { language: 'python', entryPoint: 'double' } as const

function fence(tag: string, text: string): string {
  return `\`\`\`${tag}\n${text}\n\`\`\``
}

describe('the program in an answer', () => {
  it.each([
    ['the only block', fence('python', 'def double(x): ...'), 'def double(x): ...'],
    [
      'the last of two',
      `${fence('python', 'def double(x): 1')}\n${fence('py', 'def double(x): 2')}`,
      'def double(x): 2',
    ],
    [
      'the definition, not its use',
      `${fence('python', 'def double(x): 1')}\n${fence('python', 'print(double(2))')}`,
      'def double(x): 1',
    ],
    [
      'the language, not the shell',
      `${fence('python', 'def double(x): 1')}\n${fence('bash', 'python double.py')}`,
      'def double(x): 1',
    ],
    ['a block without a tag', `Here:\n${fence('', 'def double(x): 1')}`, 'def double(x): 1'],
    ['tildes', '~~~python\ndef double(x): 1\n~~~', 'def double(x): 1'],
    ['a longer fence around a shorter one', '````python\ns = """\n```\n"""\n````', 's = """\n```\n"""'],
    [
      'a block in a list',
      '1. So:\n   ```python\n   def double(x):\n       return 1\n   ```',
      'def double(x):\n    return 1',
    ],
    ['a tag with attributes', '```python {.numberLines}\ndef double(x): 1\n```', 'def double(x): 1'],
  ])('is %s', (_, output, program) => {
    expect(extractProgram(output, python)).toEqual({ program, extraction: 'fence' })
  })

  it.each([
    [
      'a helper in an earlier block',
      `Helper:\n${fence('python', 'def add(a, b):\n    return a + b')}\nMain:\n${fence('python', 'def double(x):\n    return add(x, x)')}`,
      'def add(a, b):\n    return a + b\ndef double(x):\n    return add(x, x)',
    ],
    [
      'imports and constants in earlier blocks',
      `${fence('python', 'import math\nfrom typing import List as L')}\n${fence('python', 'TWO = 2')}\n${fence('python', 'def double(x): return L[int](math.prod([TWO, x]))')}`,
      'import math\nfrom typing import List as L\nTWO = 2\ndef double(x): return L[int](math.prod([TWO, x]))',
    ],
    [
      'a draft, an example of use and the output, which are left out',
      `${fence('python', 'def double(x): return x')}\n${fence('python', 'def double(x): return 2 * x')}\n${fence('python', 'print(double(2))')}\n${fence('', '4')}`,
      'def double(x): return 2 * x',
    ],
    ['a fence behind a sentence', 'Use this: ```python\ndef double(x): 1\n```\nDone.', 'def double(x): 1'],
    [
      'a fence behind the last line',
      '```python\ndef double(x):\n    return 1```\nDone.',
      'def double(x):\n    return 1',
    ],
  ])('may be %s', (_, output, program) => {
    expect(extractProgram(output, python)).toEqual({ program, extraction: 'fence' })
  })

  it('is the class of a method', () => {
    const output = `${fence('python', 'class Solution:\n    def f(self): ...')}\n${fence('python', 'print(Solution().f())')}`
    expect(extractProgram(output, { language: 'python', entryPoint: 'Solution().f' })?.program).toMatch(
      /^class/u,
    )
  })

  it('is what came of a block that the length limit cut off, and says so', () => {
    expect(extractProgram('```python\ndef double(x):\n    ret', python)).toEqual({
      program: 'def double(x):\n    ret',
      extraction: 'open_fence',
    })
  })

  it('is the whole text when that is a program', () => {
    expect(extractProgram('import math\ndef double(x): 1', python)?.extraction).toBe('whole_text')
    expect(extractProgram('double = 1', { ...python, bare: true })?.extraction).toBe('bare')
  })

  it.each(['', '   \n', 'I cannot answer that.', fence('java', 'class Double {}')])(
    'is none in %j',
    (output) => {
      expect(extractProgram(output, python)).toBeUndefined()
    },
  )

  it('finds JavaScript by its own tags', () => {
    const output = `${fence('js', 'const double = (x) => 2 * x')}\n${fence('python', 'def double(x): 1')}`
    expect(extractProgram(output, { language: 'javascript', entryPoint: 'double' })?.program).toContain('=>')
  })

  it('gives back any program that is put into a block', () => {
    assert(
      property(string({ unit: 'grapheme' }), constantFrom('python', 'py', ''), (noise, tag) => {
        const program = `def double(x):\n    return ${JSON.stringify(noise)}`
        const output = `Text before.\n${fence(tag, program)}\nText after.`
        expect(extractProgram(output, python)).toEqual({ program, extraction: 'fence' })
      }),
    )
  })
})
