import type { Random } from '../../../problems/builtin/random.ts'
import type { Script } from './manner.ts'
import { type Phrase, deck, leading, phrase, phrases } from './phrase.ts'

const LEADS = phrases(
  '{Next|Now|After that}, {we see that |}[text]',
  '{From here|With that|Building on this}, [text]',
  '{We|One} can {now|then} {write|work out}: [Text]',
  '{Continuing|Going on|Proceeding}, [text]',
  '[Text]',
)

const FIRST_LEAD = phrase(
  '{First|To begin|To start}, {we set things up|note the following|consider what is given}. [Text]',
)

const FIRST_TITLE = phrase('{Set up|Understand} the {problem|question}')
const TITLES = phrases(
  '{Carry out|Do} the {calculation|main step}',
  '{Simplify|Combine the results|Put the parts together}',
  '{Apply|Use} the {rule|method}',
  '{Look at the next part|Continue|Go one step further}',
)
const LAST_TITLE = phrase('{Draw the conclusion|Finish|State the result|Conclude}')

const INTRODUCTIONS = phrases(
  '{To solve|To answer|To work through} this {problem|question|task}, {we proceed step by step|let us go step by step|we follow these steps}.',
  '{Let us|We can|We will} {solve|work through|approach} {this|the problem} {step by step|carefully|in order}.',
  '{Here is|This is} {a step-by-step|a short|a worked} solution.',
  'The question is about [domain]; {the steps are as follows|here is the way|let us work it out}.',
)

/** A structured solution under numbered headings, as chat models print it. */
export function steppedSolution(script: Script, random: Random): string {
  const middle = deck(TITLES, random)
  const introduction = random.pick(INTRODUCTIONS)(random, { domain: script.domain })
  const heading = random.pick(['###', '**', '####', ''])
  const steps = script.steps.map((step, index) => {
    const title = titleAt(index, script.steps.length)?.(random) ?? middle()
    const label = `Step ${index + 1}: ${title}`
    if (heading === '') return `${index + 1}. ${step}`
    return heading === '**' ? `**${label}**\n\n${step}` : `${heading} ${label}\n\n${step}`
  })
  const check = script.checks.length > 0 && random.chance(0.4) ? [`Check: ${random.pick(script.checks)}`] : []
  return [introduction, ...steps, ...check, script.closing].join('\n\n')
}

/** A solution in running text. */
export function plainSolution(script: Script, random: Random): string {
  const lead = deck(LEADS, random)
  const sentences = script.steps.map((step, index) =>
    index === 0 && random.chance(0.5) ? FIRST_LEAD(random, leading(step)) : lead(leading(step)),
  )
  const introduction = random.chance(0.5)
    ? `${random.pick(INTRODUCTIONS)(random, { domain: script.domain })}\n\n`
    : ''
  return `${introduction}${sentences.join(random.pick([' ', '\n\n', '\n']))}\n\n${script.closing}`
}

/** The result with little around it, as models write it after a long reasoning or at low effort. */
export function briefSolution(script: Script, random: Random): string {
  const kept = random.chance(0.5) ? script.steps : script.steps.slice(-2)
  return `${kept.join(random.pick(['\n\n', ' ', '\n']))}\n\n${script.closing}`
}

function titleAt(index: number, count: number): Phrase | null {
  if (index === 0) return FIRST_TITLE
  return index === count - 1 ? LAST_TITLE : null
}
