import { userMessage } from '../../../problems/user-message.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { BudgetSpentError } from '../../../schemas/errors.ts'
import type { Problem } from '../../../schemas/problem.ts'
import { noKindsCounts, type ProblemKind } from '../../../schemas/problem-kind.ts'
import { readPart, writePart } from '../../../store/parts/part.ts'
import { holds, homeOfWaves, placeOf, readWaves, waveOf } from '../../../store/run/waves.ts'
import { requireKeys } from '../../engine/endpoints.ts'
import type { Worker } from '../../engine/worker.ts'
import { dividesByKind } from '../../recipe/check-kinds.ts'
import { classifierArm, classifierName } from '../../recipe/judge-arms.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { openQuestions, type QuestionKind, type Questions } from '../questions.ts'
import { threadJob, type ShardJob, type ShardStage } from '../stage.ts'
import { failedReply, kindQuestion, promptDigest, readKind, type KindReply } from './question.ts'
import { countKind, isUntold, notAsked, toldKind, withReply } from './tell.ts'

const version = 1

/** Problems on their way at a time: enough to keep the judge's endpoint busy, few enough to hold. */
const windowSize = 1024

/**
 * Finds out what each problem is about and in what form it wants its answer, before it is known which problems are asked:
 * quotas of `select` may be by it. Where they are not, the judge is asked only about problems whose turn has come. It is a
 * part of its own, so that the other parts of a run are the same with and without it.
 */
export const classifyStage: ShardStage<'kinds'> = {
  name: 'classify',
  scope: 'shard',
  reads: ['problems'],
  writes: 'kinds',
  active: ({ recipe }) => recipe.classify !== undefined,
  fingerprint(context, inputs) {
    const { recipe, chosen } = context
    const { judge: _judge, ...section } = recipe.classify!
    const arm = classifierArm(recipe)
    const judge = arm && { prompt: promptDigest, arm, dialect: recipe.endpoints[arm.endpoint]!.dialect }
    const asked = asksOnlyChosen(context) ? chosen?.digest : undefined
    return hashOf({ version, section, judge, asked, inputs })
  },
  require({ recipe }, environment) {
    const arm = classifierArm(recipe)
    if (arm) requireKeys(recipe, environment, [arm.endpoint])
  },
  run: async (worker, job) =>
    classifierArm(worker.context.recipe)
      ? classifyByJudge(worker, job)
      : void (await worker.inThread(threadJob(classifyStage, job))),
  inThread: (job) => write(job, toldKinds(job)),
}

/** Whether the judge is asked about the problems alone whose turn under `select` has come. */
function asksOnlyChosen({ recipe }: Pick<RunContext, 'recipe'>): boolean {
  return recipe.select !== undefined && recipe.classify?.judge !== undefined && !dividesByKind(recipe.select)
}

async function* toldKinds({ context, shard }: ShardJob): AsyncGenerator<ProblemKind> {
  const { runFolder, recipe } = context
  for await (const problem of readPart(runFolder, 'problems', shard))
    yield toldKind(problem, recipe.classify!)
}

/** A model that cannot answer leaves the problem unknown. */
function questionsOf(context: RunContext): QuestionKind<KindReply> {
  return {
    journal: 'classify',
    whose: classifierName,
    read: readKind,
    none: failedReply,
    failure: {
      retryable: 'what it is about was not stored',
      final: 'what it is about stays `unknown`',
    },
    // Where strata are kinds, a problem that waits has none either, so that nothing can be chosen.
    canWait: asksOnlyChosen(context),
  }
}

async function classifyByJudge(worker: Worker, job: ShardJob): Promise<void> {
  const questions = await openQuestions(worker, job, questionsOf(worker.context))
  try {
    await write(job, judgedKinds(worker, job.shard, questions))
  } finally {
    await questions.close()
  }
}

/** The judge is asked about the problems of which area or format is still unknown, and changes only what is. */
async function* judgedKinds(
  worker: Worker,
  shard: number,
  questions: Questions<KindReply>,
): AsyncGenerator<ProblemKind> {
  const { context } = worker
  const { runFolder, recipe } = context
  const arm = classifierArm(recipe)!
  const isAsked = await turns(context)
  const unasked = worker.unjudged?.size ?? 0
  const judgedOf = async (problem: Problem): Promise<ProblemKind> => {
    const kind = toldKind(problem, recipe.classify!)
    if (!isUntold(kind)) return kind
    if (!isAsked(problem.id)) return notAsked(kind)
    const reply = await questions.put(arm, 0, problem.id, kindQuestion(userMessage(problem, {})))
    return withReply(kind, reply, `${arm.model} ${promptDigest}`)
  }
  async function* judgedTogether(window: readonly Problem[]): AsyncGenerator<ProblemKind> {
    worker.stop.stop.throwIfAborted()
    const judged = window.map(judgedOf)
    await questions.settle(judged)
    yield* await Promise.all(judged)
  }
  let window: Problem[] = []
  for await (const problem of readPart(runFolder, 'problems', shard)) {
    window.push(problem)
    if (window.length < windowSize) continue
    yield* judgedTogether(window)
    window = []
  }
  yield* judgedTogether(window)
  if (worker.unjudged && worker.unjudged.size > unasked)
    throw new BudgetSpentError(
      `the judge of \`classify\` could not be asked about ${worker.unjudged.size} problems`,
    )
}

/** Which problems the judge may be asked about now. */
async function turns(context: RunContext): Promise<(id: string) => boolean> {
  if (!asksOnlyChosen(context)) return () => true
  const waves = await readWaves(homeOfWaves(context))
  return (id) => {
    const place = placeOf(id)
    return waveOf(waves, place) > 0 && !holds(waves.held, place)
  }
}

async function write(
  { context, shard, fingerprint, lease }: ShardJob,
  kinds: AsyncIterable<ProblemKind>,
): Promise<void> {
  const counts = noKindsCounts()
  async function* rows(): AsyncGenerator<ProblemKind> {
    for await (const kind of kinds) {
      countKind(counts, kind)
      yield kind
    }
  }
  await writePart(context.runFolder, 'kinds', shard, {
    lease,
    rows: rows(),
    fingerprint,
    counts: () => counts,
  })
}
