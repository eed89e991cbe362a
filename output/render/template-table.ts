import { Shape, shapedMessage } from '../exports/shapes.ts'
import { compileTemplate } from './chat-template.ts'
import { openRowChecker, type RowFinding } from './check-rows.ts'
import { describeTemplate, sentinels } from './describe.ts'

/**
 * What a template makes of reasoning in one shape: `right`; right `from_5_21` of transformers on, which passes fields on
 * under other names; `lost`; `misplaced`, where its tags stand in the answer as plain text; or it raises an `error`.
 */
export type ShapeOutcome = 'right' | 'from_5_21' | Exclude<RowFinding['raw'], 'right'>

/** The outcome of every shape, and the shape to choose; `null` where reasoning is lost in all of them. */
export type TemplateOutcomes = { best: Shape | null } & Record<Shape, ShapeOutcome>

/** Renders a question, reasoning and an answer in every shape with a chat template. */
export function outcomesOf(source: string, tokens: Readonly<Record<string, string>> = {}): TemplateOutcomes {
  const template = compileTemplate(source, tokens)
  const facts = describeTemplate(template)
  const check = openRowChecker(template, facts, () => null)
  const outcomes = Shape.options.map((shape): [Shape, ShapeOutcome] => {
    // No member is null, so that 5.24 does with it what 5.21 does.
    const { raw, aliased } = check({
      id: '',
      prompt: [{ role: 'user', content: sentinels.user }],
      answer: shapedMessage(shape, sentinels.reasoning, sentinels.answer),
      splits: true,
      kwargs: {},
    })
    if (raw === 'right') return [shape, aliased]
    return [shape, aliased === 'right' ? 'from_5_21' : raw]
  })
  return { best: facts.best, ...(Object.fromEntries(outcomes) as Record<Shape, ShapeOutcome>) }
}
