import { once } from 'node:events'
import { drawSample } from '../../../review/draw/draw-sample.ts'
import { risks } from '../../../review/draw/risks.ts'
import type { PairSource } from '../../../review/pairs/source.ts'
import { serveReview } from '../../../review/server/serve.ts'
import { openSession } from '../../../review/server/session.ts'
import { describeGate } from '../../../review/verdicts/gate.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { listenForStop } from '../../engine/stop-signals.ts'
import type { PushSection } from '../../recipe/push-section.ts'
import { planOf } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'
import { importVerdicts } from './import-verdicts.ts'
import { openSource } from './open-source.ts'
import { openRunPairs } from './run-pairs.ts'
import { openDatasetStudent, openStudent, type OpenStudent } from './open-student.ts'

export type ReviewOptions = {
  run?: string
  sample?: number
  risk: number
  double: number
  port: number
  student?: string
  import?: string
}

const defaultSample = 50

/** Draws a sample of the pairs of a run or a dataset and serves the page on which people review it, until a signal ends it. */
export async function reviewRun(target: string, options: ReviewOptions, io: CommandIo): Promise<void> {
  if (!(options.double >= 0 && options.double <= 1))
    throw new UsageError('--double takes a share from 0 to 1, such as 0.2')
  const { source, seed, wish, openStudent: named } = await reviewed(target, options, io)
  if (options.import !== undefined) {
    const added = await importVerdicts(options.import, source, io)
    io.reporter.result(
      'imported',
      { added, reviews: source.reviews },
      `${added} lines added to ${source.reviews}`,
    )
    return
  }
  const size = options.sample ?? wish?.sample ?? defaultSample
  const draw = { seed, size, perRisk: options.risk }
  const sample =
    options.risk > 0
      ? await drawSample(source.notes(), { ...draw, risks })
      : await drawSample(source.places(), { ...draw, risks: [] })
  if (sample.population === 0)
    throw new UsageError(`${target} has no pairs; of a run, \`npm run status -- ${target}\` tells why`)
  const gate = wish?.sample === size ? { ...wish, sample: size } : undefined
  const session = await openSession({
    source,
    sample,
    seed,
    gate,
    doubleShare: options.double,
    now: io.now,
  })
  await using student = await named()
  const server = await serveReview(session, options.port, student)
  const stop = listenForStop(() => undefined)
  const ahead = session.readAhead(stop.stop)
  for (const line of gate ? describeGate(gate) : []) io.reporter.note(line)
  const { url } = server
  const counts = { random: sample.random.length, risky: sample.risky.length, of: sample.population }
  io.reporter.result(
    'review',
    { url, ...counts, reviews: source.reviews },
    `${counts.random} random pairs of ${counts.of}${counts.risky > 0 ? ` and ${counts.risky} by risk` : ''}: open ${url}\nverdicts go to ${source.reviews}; Ctrl-C ends the page`,
  )
  try {
    if (!stop.stop.aborted) await once(stop.stop, 'abort')
  } finally {
    stop.release()
    await server.close()
    await ahead
  }
}

type Reviewed = {
  source: PairSource
  seed: number
  /** What the gate before a push wants; a dataset has none. */
  wish: PushSection['review']
  /** Whose template texts are shown with, where one is named. */
  openStudent: () => Promise<OpenStudent | undefined>
}

async function reviewed(target: string, options: ReviewOptions, io: CommandIo): Promise<Reviewed> {
  const opened = await openSource(target, options, io)
  if (opened.kind === 'dataset') {
    const { pairs } = opened
    const open = () => openDatasetStudent(pairs.reviews, options.student, io)
    return { source: pairs, seed: 0, wish: undefined, openStudent: open }
  }
  const { context } = opened.read
  const plan = planOf(opened.read, `run \`npm run distill -- ${target}\` first`)
  return {
    source: await openRunPairs(context, plan),
    seed: context.recipe.seed,
    wish: context.recipe.push.review,
    openStudent: () => openStudent(context, options.student, io),
  }
}
