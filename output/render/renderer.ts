import { Piscina } from 'piscina'
import { RunError } from '../../schemas/errors.ts'
import type { RowFinding } from './check-rows.ts'
import type { TemplateFacts } from './describe.ts'
import type { Conversation } from './forms.ts'
import type { RenderJob, RenderReply, ShowReply } from './render-thread.ts'
import type { StudentText } from './student-text.ts'
import type { TargetFiles } from './target.ts'

/** Renders rows with the template of one target, in a thread of its own. */
export type Renderer = AsyncDisposable & {
  /**
   * @returns what the template does with reasoning, and a finding for each row
   * @throws RunError when it is no template, or takes longer than `limitMs`
   */
  check(rows: RenderJob['rows']): Promise<{ facts: TemplateFacts; findings: RowFinding[] }>
  /** What the student reads of conversations. @throws RunError as `check` does */
  show(rows: readonly Conversation[]): Promise<StudentText[]>
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
  async function run<Reply extends object>(
    rows: RenderJob['rows'],
    work: { name?: string },
  ): Promise<Exclude<Reply, { refusal: string }>> {
    const limit = AbortSignal.timeout(limitMs)
    let reply: Reply | { refusal: string }
    try {
      reply = (await pool.run({ target, rows } satisfies RenderJob, { signal: limit, ...work })) as Reply
    } catch (cause) {
      if (!limit.aborted) throw cause
      throw new RunError(
        `the chat template of ${target.name} did not render ${rows.length} rows in ${limitMs / 1000} s; take it out of write.targets or give a template that ends`,
        { cause },
      )
    }
    if ('refusal' in reply)
      throw new RunError(
        `the chat template of ${target.name} cannot be read (${String(reply.refusal).slice(0, 200)}); give the model's own chat_template.jinja`,
      )
    return reply as Exclude<Reply, { refusal: string }>
  }

  return {
    check: (rows) => run<RenderReply>(rows, {}),
    show: async (rows) => (await run<ShowReply>(rows, { name: 'show' })).texts,
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
