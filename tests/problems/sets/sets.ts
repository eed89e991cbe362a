/** A problem set in the shape of a well-known one: a file of twenty rows and what a recipe says of it. */
export type ProblemSet = {
  file: string
  content: string | Uint8Array
  /** Of the recipe's `problems`, besides `files`. */
  section: Record<string, unknown>
}

type Row = Record<string, unknown>

const numbers = Array.from({ length: 20 }, (_, index) => index)
const rows = (row: (index: number) => Row): Row[] => numbers.map(row)
const jsonLines = (row: (index: number) => Row): string =>
  rows(row)
    .map((each) => `${JSON.stringify(each)}\n`)
    .join('')

/** A program that adds nothing is one that any test of it lets pass. */
const jsonLinesFrom1 = (row: (index: number) => Row): string => jsonLines((index) => row(index + 1))

function table(mark: string, row: (index: number) => Row): string {
  const cells = (values: unknown[]): string =>
    values.map((value) => `"${String(value).replaceAll('"', '""')}"`).join(mark)
  return [Object.keys(row(0)), ...rows(row).map((each) => Object.values(each))].map(cells).join('\r\n')
}

const boxes = (index: number): string => `There are ${index} boxes with ${index + 2} pens each.`
const question = (index: number): string => `How many pens are in ${index} boxes of ${index + 2}?`
const pens = (index: number): number => index * (index + 2)

/** Those of programs, whose rows are only asked about where a sandbox runs them. */
export const codeSets: ReadonlySet<string> = new Set(['MBPP', 'HumanEval', 'APPS', 'LiveCodeBench'])

/** By the name of the set whose shape it has. */
export const problemSets: Record<string, ProblemSet> = {
  BoolQ: {
    file: 'boolq.jsonl',
    content: jsonLines((index) => ({
      question: `are there more than ${index} pens`,
      passage: boxes(index),
      answer: pens(index) > index,
      title: 'Pens',
    })),
    section: { fields: { prompt: '{passage}\n\n{question}' }, defaults: { task: 'text' } },
  },
  SQuAD: {
    file: 'squad.jsonl',
    content: jsonLines((index) => ({
      id: `q${index}`,
      title: 'Pens',
      context: boxes(index),
      question: 'How many boxes are there?',
      answers: { text: [`${index}`, `${index} boxes`], answer_start: [10, 10] },
    })),
    section: { fields: { prompt: '{context}\n\n{question}' }, defaults: { task: 'text' } },
  },
  Alpaca: {
    file: 'alpaca.json',
    content: JSON.stringify(
      rows((index) => ({
        instruction: `Say how many pens there are in set ${index}.`,
        input: index % 3 === 0 ? '' : boxes(index),
        output: `${pens(index)}`,
      })),
      null,
      2,
    ),
    section: { fields: { prompt: '{instruction}\n\n{input}', answer: 'output' } },
  },
  GPQA: {
    file: 'gpqa.csv',
    content: table(',', (index) => ({
      'Record ID': `rec${index}`,
      Question: question(index),
      'Correct Answer': `${pens(index)} pens`,
      'Incorrect Answer 1': `${pens(index) + 1} pens`,
      'Incorrect Answer 2': `${pens(index) + 2} pens`,
      'Incorrect Answer 3': `${pens(index) + 3} pens`,
      Explanation: 'One multiplies, and that is all.',
    })),
    section: { fields: { id: 'Record ID' } },
  },
  'MMLU with a column for each option': {
    file: 'mmlu.csv',
    content: table(';', (index) => ({
      question: question(index),
      A: pens(index) + 5,
      B: pens(index) + 1,
      C: pens(index),
      D: pens(index) + 7,
      answer: 'C',
    })),
    section: {},
  },
  OpenThoughts: {
    file: 'openthoughts.jsonl',
    content: jsonLines((index) => ({
      system: 'Think step by step.',
      conversations: [
        { from: 'user', value: question(index) },
        { from: 'assistant', value: `So it is \\boxed{${pens(index)}}.` },
      ],
    })),
    section: {
      fields: { prompt: 'conversations[from=user].value', answer: 'conversations[from=assistant].value' },
    },
  },
  UltraChat: {
    file: 'ultrachat.jsonl',
    content: jsonLines((index) => ({
      prompt_id: `p${index}`,
      messages: [
        { role: 'user', content: question(index) },
        { role: 'assistant', content: `There are ${pens(index)}.` },
        { role: 'user', content: 'And in twice as many?' },
        { role: 'assistant', content: `There are ${2 * pens(index)}.` },
      ],
    })),
    section: { fields: { id: 'prompt_id' }, defaults: { task: 'none' } },
  },
  ShareGPT: {
    file: 'sharegpt.json',
    content: JSON.stringify(
      rows((index) => ({
        id: `s${index}`,
        conversations: [
          { from: 'human', value: question(index) },
          { from: 'gpt', value: `There are ${pens(index)}.` },
        ],
      })),
    ),
    section: { defaults: { task: 'none' } },
  },
  CoQA: {
    file: 'coqa.jsonl',
    content: jsonLines((index) => ({
      source: 'race',
      story: boxes(index),
      questions: ['How many boxes are there?', 'What is in them?'],
      answers: { input_text: [`${index}`, 'pens'], answer_start: [10, 20], answer_end: [12, 24] },
    })),
    section: {
      fields: { prompt: '{story}\n\n{questions[0]}', answer: 'answers.input_text[0]' },
      defaults: { task: 'text' },
    },
  },
  'SQuAD, the official file': {
    file: 'train-v2.0.json',
    content: JSON.stringify(
      {
        version: 'v2.0',
        data: [0, 1].map((article) => ({
          title: `Pens ${article}`,
          paragraphs: [0, 1, 2, 3, 4].map((paragraph) => ({
            context: boxes(10 * article + paragraph),
            qas: [0, 1].map((each) => ({
              id: `q${article}.${paragraph}.${each}`,
              question: each === 0 ? 'How many boxes are there?' : 'What is in them?',
              answers: [{ text: each === 0 ? `${10 * article + paragraph}` : 'pens', answer_start: 10 }],
              is_impossible: false,
            })),
          })),
        })),
      },
      null,
      2,
    ),
    section: {
      rows: 'data[*].paragraphs[*].qas[*]',
      fields: { prompt: '{context}\n\n{question}' },
      defaults: { task: 'text' },
    },
  },
  'CoQA, every question': {
    file: 'coqa-all.jsonl',
    content: rows((index) => ({
      source: 'race',
      story: boxes(index),
      questions: ['How many boxes are there?', 'What is in them?'],
      answers: { input_text: [`${index}`, 'pens'], answer_start: [10, 20], answer_end: [12, 24] },
    }))
      .slice(0, 10)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
    section: {
      rows: 'questions[*]',
      fields: { prompt: '{story}\n\n{element}', answer: 'answers.input_text[#]' },
      defaults: { task: 'text' },
    },
  },
  'CoQA, the official file': {
    file: 'coqa-train-v1.0.json',
    content: JSON.stringify({
      version: '1.0',
      data: numbers.slice(0, 10).map((index) => ({
        story: boxes(index),
        questions: ['How many boxes are there?', 'What is in them?'].map((input_text, at) => ({
          input_text,
          turn_id: at + 1,
        })),
        answers: [`${index}`, 'pens'].map((input_text, at) => ({ input_text, turn_id: at + 1 })),
      })),
    }),
    section: {
      rows: 'data[*].questions[*]',
      fields: { prompt: '{story}\n\n{input_text}', answer: 'answers[#].input_text' },
      defaults: { task: 'text' },
    },
  },
  MBPP: {
    file: 'mbpp.jsonl',
    content: jsonLinesFrom1((index) => ({
      task_id: index,
      text: `Write a function that adds ${index} to its argument, called add${index}.`,
      code: `def add${index}(x):\n    return x + ${index}`,
      test_list: [1, 2, 3].map((x) => `assert add${index}(${x}) == ${x + index}`),
      test_setup_code: '',
      challenge_test_list: [],
    })),
    section: { fields: { prompt: 'text', id: 'task_id' } },
  },
  HumanEval: {
    file: 'humaneval.jsonl',
    content: jsonLinesFrom1((index) => ({
      task_id: `HumanEval/${index}`,
      prompt: `def add${index}(x):\n    """Adds ${index} to x."""\n`,
      entry_point: `add${index}`,
      canonical_solution: `    return x + ${index}\n`,
      test: `def check(candidate):\n    assert candidate(1) == ${index + 1}\n    assert candidate(5) == ${index + 5}\n`,
    })),
    section: { fields: { id: 'task_id' } },
  },
  APPS: {
    file: 'apps.jsonl',
    content: jsonLinesFrom1((index) => ({
      problem_id: index,
      question: `Read a whole number and print it plus ${index}.`,
      solutions: JSON.stringify([`print(int(input()) + ${index})`]),
      input_output: JSON.stringify({
        inputs: ['1\n', '7\n'],
        outputs: [`${index + 1}\n`, `${index + 7}\n`],
      }),
      difficulty: 'introductory',
    })),
    section: {},
  },
  LiveCodeBench: {
    file: 'livecodebench.jsonl',
    content: jsonLinesFrom1((index) => ({
      question_title: `Plus ${index}`,
      question_content: `Read a whole number and print it plus ${index}.`,
      question_id: `l${index}`,
      difficulty: 'easy',
      public_test_cases: JSON.stringify([{ input: '1\n', output: `${index + 1}\n`, testtype: 'stdin' }]),
      private_test_cases: JSON.stringify([{ input: '7\n', output: `${index + 7}\n`, testtype: 'stdin' }]),
      metadata: '{}',
    })),
    section: { fields: { prompt: 'question_content' } },
  },
  'a table of a spreadsheet': {
    file: 'spreadsheet.csv',
    content: Buffer.from(
      table(';', (index) => ({
        question: `Wie groß ist ${index},5 + 1?`,
        answer: `${index + 1}.5`,
        Fach: 'Größen',
      })),
      'latin1',
    ),
    section: { fields: { domain: 'Fach' } },
  },
}
