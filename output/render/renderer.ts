import { Piscina } from 'piscina'
import { RunError } from '../../schemas/errors.ts'
import type { RowFinding } from './check-rows.ts'
import type { TemplateFacts } from './describe.ts'
import type { RenderJob, RenderReply } from './render-thread.ts'
import type { TargetFiles } from './target.ts'

/** Renders rows with the template of one target, in a thread of its own. */
export type Renderer = AsyncDisposable & {
  /**
   * @returns what the template does with reasoning, and a finding for each row
   * @throws RunError when it is no template, or takes longer than `limitMs`
   */
  check(rows: RenderJob['rows']): Promise<{ facts: TemplateFacts; findings: RowFinding[] }>
}

/** A template takes about a millisecond for a row; one that takes so long for some dozens will not end. */
const defaultLimitMs = 60_000

/** A template is code of somebody else: it runs beside the program, without its environment, and is ended after a time. */
export function openRenderer(target: TargetFiles, limitMs = defaultLimitMs): Renderer {
  const pool = new Piscina({
    filename: new URL('./render-thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 2048 },
  })
  return {
    async check(rows) {
      const limit = AbortSignal.timeout(limitMs)
      let reply: RenderReply
      try {
        reply = (await pool.run({ target, rows } satisfies RenderJob, { signal: limit })) as RenderReply
      } catch (cause) {
        if (!limit.aborted) throw cause
        throw new RunError(
          `the chat template of ${target.name} did not render ${rows.length} rows in ${limitMs / 1000} s; take it out of write.targets or give a template that ends`,
          { cause },
        )
      }
      if ('refusal' in reply)
        throw new RunError(
          `the chat template of ${target.name} cannot be read (${reply.refusal.slice(0, 200)}); give the model's own chat_template.jinja`,
        )
      return reply
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
