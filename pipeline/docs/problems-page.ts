import { contextNames, usualNames } from '../../problems/mapping/columns.ts'
import { optionColumns, wrongAnswerColumns } from '../../problems/mapping/option-names.ts'
import { encodings } from '../../problems/problems-section.ts'

/** Well-known sets and what a recipe says of each, besides `files` or `hub`. */
const examples: readonly [set: string, section: string][] = [
  ['GSM8K, MATH, DeepMath, Big-Math', 'nothing: `question` or `problem`, `answer` or `solution` are found'],
  ['BoolQ', '`fields: {prompt: "{passage}\\n\\n{question}"}`, `defaults: {task: text}`'],
  ['SQuAD', '`fields: {prompt: "{context}\\n\\n{question}"}`, `defaults: {task: text}`'],
  ['SQuAD, the official file', 'the same, and `rows: "data[*].paragraphs[*].qas[*]"`'],
  [
    'Alpaca, Dolly',
    '`fields: {prompt: "{instruction}\\n\\n{input?}", answer: output}`, or `defaults: {task: none}` without an answer',
  ],
  [
    'CoQA',
    '`rows: "questions[*]"`, `fields: {prompt: "{story}\\n\\n{element}", answer: "answers.input_text[#]"}`, `defaults: {task: text}`',
  ],
  [
    'CoQA, the official file',
    '`rows: "data[*].questions[*]"`, `fields: {prompt: "{story}\\n\\n{input_text}", answer: "answers[#].input_text"}`, `defaults: {task: text}`',
  ],
  [
    'GPQA, SciQ',
    'nothing: the right answer and the wrong ones are found, and their order is made from their content',
  ],
  [
    'MMLU, ARC, CommonsenseQA, MedMCQA',
    'nothing, or `fields: {answer: cop}` where the answer has a name of its own',
  ],
  ['OpenThoughts', '`fields: {prompt: "conversations[from=user].value"}`, `defaults: {task: none}`'],
  [
    'UltraChat, ShareGPT',
    '`defaults: {task: none}`: the first question of `messages` or `conversations` is asked',
  ],
]

/** `docs/problems.md`: how problem files are read, from the tables by which they are. */
export function problemsPage(): string {
  return [
    '# How problem sets are read',
    'Made from the code by `npm run docs`. `npm run problems -- RECIPE` reads a set, shows three of its problems as they were mapped, and names the columns that nobody uses. Keys with their defaults are in `docs/recipe.md`, reasons for rejected rows in `docs/reasons.md`.',
    '## Files',
    `JSON Lines, one JSON array, CSV and Parquet; text files may be compressed (\`.gz\`, \`.zst\`). What separates the values of a CSV file (comma, semicolon, tab or \`|\`) is found unless \`problems.delimiter\` or Excel's line \`sep=;\` states it; rows of nothing but empty values are passed over. The encoding is found where it leaves little doubt, otherwise stated in \`problems.encoding\`: ${encodings.map(code).join(', ')}. Of a Parquet file only the columns in use are loaded. What its footer and pages say is held against the bytes there are, and so are the checksums of its pages; but few writers store these (pyarrow with \`write_page_checksum=True\`), and without them a wrong bit within a text is read as it stands. Compare the sha256 of such a file with its source, or take it from the Hub, which is read at one commit.`,
    'Numbers reach the reference as the text that the file holds: `0.30` stays `0.30`, a decimal of 38 digits keeps them, a date is `2026-05-01` and a time `12:34:56.789`. A text that is not UTF-8, and a key or column that stands twice, are refused by name.',
    '## Usual names',
    'A field that `problems.fields` does not name is looked for under these names, in this order; the first one that holds anything counts.',
    table(
      ['field', 'names'],
      Object.entries(usualNames).map(([field, names]) => [code(field), names.map(code).join(', ')]),
    ),
    `Options may also stand in columns of their own: ${optionColumns.map(span).join('; ')}. Wrong options beside the right answer: ${wrongAnswerColumns.map((names) => names.map(code).join(', ')).join('; ')}. A set that has one of ${contextNames.map(code).join(', ')} gets a warning when it is no part of the prompt.`,
    '## Paths',
    'A name is a column, or a path into one; a column that has exactly this name wins. A text that holds JSON is reached into.',
    table(
      ['path', 'what it is'],
      [
        ['`extra.answer`', 'a member'],
        ['`answers.0`, `answers[0]`', 'an element, counted from 0'],
        ['`messages[-1]`', 'an element, counted from the end'],
        ['`conversations[from=human].value`', 'of the first element with that member'],
        ['`answers[*].text`', 'of every element'],
        ['`answers[#]`', 'the element at the place that the row has in its own list, see below'],
      ],
    ),
    '## Lists of problems in a row',
    'Where a row of a file holds many problems, or the file is one object around a list, `problems.rows` is the path to them: `data[*].paragraphs[*].qas[*]`. Each element is a row then. It has the columns of everything around it too, the nearer ones winning; an element that is no object is the column `element`. `[#]` reaches from it into a list beside its own. Questions of a conversation are asked one by one, without those before them.',
    '## Prompts of several columns',
    'A prompt with braces is a text over columns: `"{context}\\n\\n{question}"`. In a row where a column is empty, it and the white space behind it fall away; a row without the column is rejected, unless a question mark says that it may be absent (`{input?}`). `{{` and `}}` stand for single braces.',
    '## Lists of answers',
    'A list of answers means that any of them is right. For the task `code` a list is the tests of a program, and all of them must pass; `docs/code-tests.md` has every form.',
    '## Well-known sets',
    table(['set', 'what `problems` says'], examples),
  ].join('\n\n')
}

function code(name: string): string {
  return `\`${name}\``
}

function span(names: readonly string[]): string {
  return `${code(names[0]!)}, ${code(names[1]!)} to ${code(names.at(-1)!)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}
