import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { bodyJson } from '../http/exchange.ts'
import type { Call } from '../http/exchange.ts'
import { jsonReply } from '../http/reply.ts'

/** What is wrong with the metadata of a card. */
export type CardProblems = {
  errors: { message: string; line?: number }[]
  warnings: { message: string; line?: number }[]
}

/** The check of a card before it is committed. */
export const validateYaml: Call = {
  kind: 'validate-yaml',
  methods: ['POST'],
  path: /^\/api\/validate-yaml$/,
  async answer(exchange) {
    const body = await bodyJson(exchange, z.looseObject({ content: z.string() }))
    const problems = cardProblems(body.content)
    return jsonReply(problems, problems.errors.length === 0 ? 200 : 400)
  },
}

/** Reads the YAML block at the head of a card as the Hub does: it must be a mapping, and its `configs` must be named. */
export function cardProblems(card: string): CardProblems {
  const block = frontMatter(card)
  if (block === undefined) {
    return { errors: [], warnings: [{ message: 'empty or missing yaml metadata in repo card' }] }
  }
  const lines = new LineCounter()
  const document = parseDocument(block, { lineCounter: lines })
  const errors = document.errors.map(({ message, pos }) => ({
    message: message.split('\n')[0]!,
    line: lines.linePos(pos[0]).line + 1,
  }))
  if (errors.length > 0) return { errors, warnings: [] }
  const metadata = Metadata.safeParse(document.toJS())
  if (metadata.success) return { errors: [], warnings: [] }
  const messages = metadata.error.issues.map(({ path, message }) => ({
    message: `"${path.join('.')}" ${message}`,
  }))
  return { errors: messages, warnings: [] }
}

/** The metadata of a card, or an empty object. */
export function cardData(card: string): Record<string, unknown> {
  const parsed = Metadata.safeParse(parseDocument(frontMatter(card) ?? '').toJS())
  return parsed.success ? parsed.data : {}
}

const Metadata = z.looseObject({
  configs: z
    .array(z.looseObject({ config_name: z.string(), default: z.boolean().optional() }))
    .refine((configs) => configs.filter((config) => config.default === true).length <= 1, {
      message: 'has more than one default',
    })
    .optional(),
  license: z.union([z.string(), z.array(z.string())]).optional(),
  tags: z.array(z.string()).nullish(),
})

function frontMatter(card: string): string | undefined {
  return /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(card)?.[1]
}
