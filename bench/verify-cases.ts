import type { VerifyCase } from './verify-report.ts'

/** Values in many renderings, and the same renderings of a value that is one off: right and wrong answers by construction. */
export function generatedCases(): VerifyCase[] {
  const cases: VerifyCase[] = []
  const add = (category: string, gold: string, output: string, equal: boolean): void => {
    cases.push({
      id: `g${cases.length}`,
      category,
      task: 'math',
      prompt: '',
      answers: [gold],
      choices: [],
      output,
      equal,
    })
  }
  for (let at = 0; at < 200; at += 1) {
    const value = (at * 7919) % 100_003
    for (const [shift, equal] of [
      [0, true],
      [1, false],
    ] as const) {
      for (const text of integerForms(value + shift)) add('integer', String(value), text, equal)
      for (const text of fractionForms(value + shift, 2 * at + 3))
        add('fraction', `\\frac{${value}}{${2 * at + 3}}`, text, equal)
      for (const text of polynomialForms((at % 9) + 1 + shift, (at % 7) + 2))
        add('polynomial', polynomial((at % 9) + 1, (at % 7) + 2), text, equal)
      for (const text of intervalForms(at, at + 5 + shift)) add('interval', `[${at},${at + 5})`, text, equal)
    }
  }
  return cases
}

function integerForms(value: number): string[] {
  const grouped = value.toString().replace(/\B(?=(?:\d{3})+$)/gu, ',')
  return [
    grouped,
    grouped.replaceAll(',', '{,}'),
    `$${value}$`,
    `${value}.0`,
    `x = ${value}`,
    `The answer is ${value}.`,
    `\\boxed{${value}}`,
    `#### ${grouped}`,
  ]
}

function fractionForms(over: number, under: number): string[] {
  return [
    `${over}/${under}`,
    `\\dfrac{${over}}{${under}}`,
    `\\frac{${3 * over}}{${3 * under}}`,
    `(${over})/(${under})`,
    `\\boxed{\\tfrac{${over}}{${under}}}`,
  ]
}

function polynomial(a: number, b: number): string {
  return `x^2 - ${a + b}x + ${a * b}`
}

function polynomialForms(a: number, b: number): string[] {
  return [
    `(x-${a})(x-${b})`,
    `x**2 - ${a + b}*x + ${a * b}`,
    `x(x-${a + b}) + ${a * b}`,
    `\\left(x-${b}\\right)\\left(x-${a}\\right)`,
  ]
}

function intervalForms(low: number, high: number): string[] {
  return [
    `[${low}, ${high})`,
    `${low} \\le x < ${high}`,
    `x \\in [${low}, ${high})`,
    `\\left[${low},${high}\\right)`,
  ]
}

/** Texts made to hang, crash or fool a verifier. None of them is right. */
export function hostileCases(): VerifyCase[] {
  const rows: [gold: string, output: string][] = []
  const both = (text: string, other = '0'): void => {
    rows.push([other, text], [text, other === text ? '1' : other])
  }
  const long = 100_000
  for (const tower of [
    '9^9^9^9',
    '9**9**9**9',
    '10^{10^{10^{10}}}',
    '2^{2^{2^{49}}}',
    '(9^9)^{9^9}',
    '9^{9^{9^{9^{9^9}}}}',
    '((2^999)^999)^999',
    '2^{-2^{2^{2^{9}}}}',
    '0.5^{9^{9^9}}',
    'x^{9^{9^9}}',
  ])
    both(tower, '1')
  for (const factorial of [
    '100000!',
    '(10^9)!',
    '9!!!!!!!!',
    '((9!)!)!',
    '99999999999!',
    '\\binom{10^9}{5*10^8}',
    '\\binom{100000}{50000}',
    '20001!/20000!',
    '(100!)!',
  ])
    both(factorial, '1')
  for (const text of [
    '1'.repeat(long),
    '9'.repeat(5_999),
    `0.${'3'.repeat(5_000)}`,
    'x'.repeat(long),
    '-'.repeat(long),
    '('.repeat(long),
    '\\'.repeat(long),
    '$'.repeat(long),
    ' '.repeat(long),
    '\n'.repeat(long),
    '{'.repeat(long),
    ','.repeat(long),
    '1,'.repeat(50_000),
    '\\frac'.repeat(20_000),
    '\\boxed{'.repeat(14_000),
    '\\boxed{1}'.repeat(11_000),
    '**'.repeat(50_000),
    '<answer>'.repeat(12_000),
    '<think>'.repeat(14_000),
    '#### '.repeat(20_000),
    'answer is '.repeat(10_000),
    '= '.repeat(50_000),
    '1 '.repeat(50_000),
    'a b '.repeat(25_000),
    '\u0000'.repeat(long),
    '\uD800'.repeat(long),
    '½'.repeat(long),
    '٣'.repeat(long),
  ])
    both(text, '7')
  for (const depth of [50, 500, 5_000]) {
    both(`${'('.repeat(depth)}1${')'.repeat(depth)}`, '2')
    both(`${'{'.repeat(depth)}1${'}'.repeat(depth)}`, '2')
    both(`${'['.repeat(depth)}1${']'.repeat(depth)}`, '2')
    both(`${'\\frac{1}{'.repeat(depth)}2${'}'.repeat(depth)}`, '7')
    both(`${'\\sqrt{'.repeat(depth)}2${'}'.repeat(depth)}`, '7')
    both(`${'x^{'.repeat(depth)}2${'}'.repeat(depth)}`, '7')
    both(`${'-'.repeat(depth)}x`, 'y')
    both(`${'\\text{'.repeat(depth)}2${'}'.repeat(depth)}`, '7')
    both(`${'|'.repeat(depth)}2${'|'.repeat(depth)}`, '7')
    both(`${'\\begin{pmatrix}'.repeat(depth)}1${'\\end{pmatrix}'.repeat(depth)}`, '7')
  }
  for (const text of [
    '(x+1)^{1000}(x+2)^{1000}',
    Array.from({ length: 150 }, (_, at) => `\\sqrt{${at + 2}}`).join('+'),
    Array.from({ length: 20 }, (_, at) => `(x+${at})^{30}`).join(''),
    Array.from({ length: 1_000 }, (_, at) => `x_{${at}}`).join('+'),
    Array.from({ length: 900 }, (_, at) => String(at)).join(','),
    Array.from({ length: 400 }, (_, at) => `x_{${at}}^2+1`).join(','),
    `\\{${Array.from({ length: 60 }, (_, at) => `\\sqrt{${at}+\\pi}`).join(',')}\\}`,
    '\\sum_{k=1}^{10^9} k',
    '\\sum_{k=1}^{300}\\sum_{j=1}^{300}\\sum_{m=1}^{300} kjm',
    '\\prod_{k=1}^{300} (k^{300})',
    `${'\\sin('.repeat(40)}x${')'.repeat(40)}`,
    '1/(1-1)',
    '0^0',
    '0/0',
    '\\infty-\\infty',
    '\\log_1 5',
    '\\tan 90^\\circ',
    '(-1)^{1/2^{40}}',
    '10^{-400}',
    '1e999',
    '1e-999',
    '1e99999',
    '0.1e-9999',
    '[1,2',
    '1)',
    '\\frac{1}{',
    '\\left(',
    '^',
    '_',
    '\\',
    '%',
    '$',
    '{}',
    '()',
    '\\boxed{}',
    '\\begin{pmatrix}1&2\\\\3\\end{pmatrix}',
  ])
    both(text, '7')
  for (const payload of [
    "__import__('os').system('touch marker') or 0",
    "open('marker','w').write('x') or 0",
    '(lambda: 0)() or 0',
    'process.exit(0) || 0',
    'require("child_process").execSync("id") || 0',
    'constructor.constructor("return process")() || 0',
    'eval("1+1") or 0',
    '${process.exit()} or 0',
    "globals()['x'] or 0",
    '().__class__.__base__.__subclasses__() or 0',
    '[0 for _ in [0]] or 0',
    'exec("x") or 0',
    'None or 0',
    'false or 0',
    '{"toString": 0} or 0',
    '<script>alert(0)</script>',
    '`rm -rf 0`',
    '; DROP TABLE answers; -- 0',
    '__proto__ or 0',
    'constructor',
    'toString',
    '\\input{/etc/passwd}',
    '\\def\\x{\\x\\x}\\x',
    '\\newcommand{\\a}{\\a\\a}\\a 0',
    '\\catcode`\\@=0',
  ])
    rows.push(['0', payload])
  rows.push(
    ['1/3', '0.333333333333'],
    ['0', '1e-300'],
    ['1', `0.${'9'.repeat(12)}`],
    ['1', `1.${'0'.repeat(40)}1`],
    ['100000000000', '99999999999'],
    ['10^{20}', '10^{20}+1'],
    ['2^{2025}', '3^{2025}'],
    ['0', '10^{-30}'],
    ['1', '1+10^{-30}'],
    ['\\pi', '3.14159265358'],
    ['\\sqrt{2}', '1.41421356237'],
    ['0', '\\sqrt{10^{40}+1}-10^{20}'],
    ['\\sqrt{10^{40}+1}', '10^{20}'],
    ['e^{\\pi\\sqrt{163}}', '262537412640768744'],
    ['1', '\\cos(10^{-10})'],
    ['5', `5 ${'m '.repeat(3_000)}`],
    ['5', `5 ${'meters per second '.repeat(2_000)}`],
    ['5', `5 ${'cm^2 '.repeat(900)}6`],
    ['5', `${'5 or '.repeat(1_000)}6`],
    ['12', `12${'0'.repeat(6_100)}`],
    ['1'.repeat(7_000), `${'1'.repeat(7_000)}2`],
    ['42', `\\boxed{${'4'.repeat(90_000)}2}`],
    ['42', `${'word '.repeat(40_000)}\\boxed{4`],
    ['7', `${'a'.repeat(30_000)}!`],
    ['7', '(a+'.repeat(2_000)],
    ['7', `${'not '.repeat(20_000)}8`],
    ['7', `answer${' '.repeat(90_000)}is 8`],
    ['7', `${'if '.repeat(30_000)}, 8`],
    ['7', '1,234,567,'.repeat(9_000)],
    ['7', `${'\\text{and }'.repeat(9_000)}8`],
    ['7', 'a'.repeat(50_000) + '='.repeat(50_000)],
  )
  return rows.map(([gold, output], at) => ({
    id: `h${at}`,
    category: 'hostile',
    task: 'math',
    prompt: '',
    answers: [gold],
    choices: [],
    output,
    equal: false,
  }))
}
