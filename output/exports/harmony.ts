import { z } from 'zod'
import { armOfRole, promptMessages, reasoningOf } from './conversation.ts'
import type { ConfigurableExport, GroupSample, ProblemGroup } from './export.ts'
import { sampleColumns, sampleFacts, sampleOfRole, sampleRow } from './sample-row.ts'
import type { ThinkingParts } from './think.ts'

const Options = z.strictObject({
  role: z.string().default('reasoning').describe('role of the arm whose answers these are'),
})

/**
 * Answers in the format of gpt-oss, as plain texts that no template is applied to: the effort in the system message, the
 * reasoning in the channel `analysis`, the answer in `final`.
 */
export const harmony: ConfigurableExport<typeof Options> = {
  name: 'harmony',
  options: Options,
  defaultName: ({ role }) => `${role}-harmony`,
  make: ({ role }, { name }) => ({
    name,
    version: '1',
    describe: `Answers of ${role} in harmony, the format of gpt-oss, as plain texts.`,
    reads: 'selected',
    matched: true,
    order: 'problems',
    schema(arms) {
      armOfRole(arms, role, name)
      return z.strictObject({
        ...sampleColumns,
        prompt: z.string().describe('everything before the answer, with the marks of harmony'),
        completion: z
          .string()
          .describe(
            'the channels `analysis` and `final`; marks that a text mentions have a backslash after their `<`',
          ),
        ...sampleFacts,
      })
    },
    rows: (group) =>
      sampleOfRole(group, role).map((sample) =>
        sampleRow(group, sample, {
          prompt: harmonyPrompt(group, sample),
          completion: renderHarmony(reasoningOf(sample), sample.trace.answer),
        }),
      ),
  }),
}

function harmonyPrompt({ instruction }: ProblemGroup, sample: GroupSample): string {
  const messages = promptMessages(instruction, sample.arm)
  const developer = messages.find((message) => message.role === 'system')?.content
  const system = `Reasoning: ${sample.trace.effort ?? (sample.arm.mode === 'thinking' ? 'medium' : 'low')}\n\n# Valid channels: analysis, commentary, final. Channel must be included for every message.`
  return [
    `<|start|>system<|message|>${system}<|end|>`,
    ...(developer === undefined
      ? []
      : [`<|start|>developer<|message|># Instructions\n\n${escapeMarks(developer)}<|end|>`]),
    `<|start|>user<|message|>${escapeMarks(messages.at(-1)!.content)}<|end|>`,
    '<|start|>assistant',
  ].join('')
}

/** The channels of one answer; `parseHarmony` gives both texts back exactly. */
export function renderHarmony(reasoning: string | null, answer: string): string {
  const analysis =
    reasoning === null
      ? ''
      : `<|channel|>analysis<|message|>${escapeMarks(reasoning)}<|end|><|start|>assistant`
  return `${analysis}<|channel|>final<|message|>${escapeMarks(answer)}<|return|>`
}

/** The inverse of `renderHarmony`. @throws SyntaxError for a text that it did not write */
export function parseHarmony(text: string): ThinkingParts {
  const parts =
    /^(?:<\|channel\|>analysis<\|message\|>([\s\S]*?)<\|end\|><\|start\|>assistant)?<\|channel\|>final<\|message\|>([\s\S]*?)<\|return\|>$/u.exec(
      text,
    )
  if (!parts) throw new SyntaxError('the text does not have the channels of harmony')
  const [, reasoning, answer] = parts
  return {
    reasoning: reasoning === undefined ? null : unescapeMarks(reasoning),
    answer: unescapeMarks(answer!),
  }
}

const mark = String.raw`\|(?:start|end|message|channel|return|call|constrain)\|>`

function escapeMarks(text: string): string {
  return text.replaceAll(new RegExp(String.raw`<(?=\\*${mark})`, 'gu'), '<\\')
}

function unescapeMarks(text: string): string {
  return text.replaceAll(new RegExp(String.raw`<\\(?=\\*${mark})`, 'gu'), '<')
}
