import { StoppedError, UsageError } from '../../../schemas/errors.ts'
import type { RunRecord } from '../../../schemas/run.ts'
import { exists, removeIfEmpty } from '../../../store/files/entries.ts'
import { keepPartStates, storePartStates } from '../../../store/parts/known-states.ts'
import { openSession, type Session } from '../../../store/session/session.ts'
import { leaseMs } from './lease-ms.ts'
import { programCommit } from '../../../store/run/program-commit.ts'
import {
  claimRunFolder,
  makeRunFolder,
  removeLeftovers,
  removeUnbegun,
  writeRunRecord,
} from '../../../store/run/run-folder.ts'
import { recordEvent } from '../../../store/run/events.ts'
import type { Books } from '../../engine/books.ts'
import { otherSections } from '../../engine/terms.ts'
import { otherTerms } from '../../../store/session/refusals.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { CommandIo } from '../io.ts'

/** The books of a run, opened for writing. */
export type OpenBooks = Books & {
  session: Session
  /** Writes `run.json`: the recipe, its prices, the plan and the pins. */
  save(): Promise<void>
  /** Notes the start and the end of some work in the run's history. */
  recorded<Result>(command: string, work: () => Promise<Result>): Promise<Result>
}

/**
 * Opens the books of a recipe's run, and begins the run where there is none. No other process has them until they are left.
 *
 * @param unbegun what happens to a run that has no problems when `work` ends; a command that needs none keeps it
 * @throws UsageError when another process has them open, or the folder belongs to another recipe or to something else
 */
export async function openRun<Result>(
  context: RunContext,
  { io, unbegun, shared = false }: { io: CommandIo; unbegun: 'removed' | 'kept'; shared?: boolean },
  work: (books: OpenBooks) => Promise<Result>,
): Promise<Result> {
  const { runFolder, recipe } = context
  const isNew = !(await exists(runFolder))
  await makeRunFolder(runFolder)
  const session = await openSession(runFolder, { shared, ttlMs: leaseMs(io.environment) })
  const isFirst = session.shared ? !session.joined : true
  let earlier: RunRecord | undefined
  let claimed = false
  let mistaken = false
  let forgets = false
  try {
    earlier = await claimRunFolder(runFolder, recipe, (text) => io.reporter.warn(text))
    if (session.joined) refuseOther(runFolder, recipe, earlier)
    claimed = true
    if (isFirst) await removeLeftovers(runFolder)
    await keepPartStates(runFolder)
    const books = booksOf(context, earlier, { commits: await commitsOf(earlier), io, session })
    // This comes before anything else is written: after an early kill the next start must recognise the folder as its own.
    await books.save()
    return await work(books)
  } catch (error) {
    mistaken = error instanceof UsageError
    throw error
  } finally {
    if (claimed)
      await storePartStates(runFolder).catch((error: unknown) =>
        io.reporter.warn(`what is known of the parts could not be written: ${String(error)}`),
      )
    // This needs the books, or it could remove the files of another start.
    if (isFirst && claimed && !earlier && unbegun === 'removed')
      forgets = await removeUnbegun(runFolder, !mistaken)
    await session.end(forgets || (isNew && !claimed))
    if (isNew) await removeIfEmpty(runFolder)
  }
}

/** @throws UsageError when the workers that are there have another recipe */
function refuseOther(runFolder: string, recipe: Recipe, earlier: RunRecord | undefined): void {
  const sections = earlier ? otherSections(recipe, earlier.recipe) : []
  if (sections.length > 0) throw otherTerms(runFolder, [`recipe (${sections.join(', ')})`])
}

/** Keeps the folder of a run that was read from other processes while `work` lasts. */
export async function holdRun<Result>(
  { runFolder }: RunContext,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await openSession(runFolder, { shared: false })
  try {
    return await work(session)
  } finally {
    await session.end()
  }
}

/** The commits of an earlier record, and that of this program. */
async function commitsOf(earlier: RunRecord | undefined): Promise<RunRecord['commits']> {
  const own = await programCommit()
  return own === undefined ? earlier?.commits : [...new Set([...(earlier?.commits ?? []), own])]
}

function booksOf(
  context: RunContext,
  earlier: RunRecord | undefined,
  { commits, io, session }: { commits: RunRecord['commits']; io: CommandIo; session: Session },
): OpenBooks {
  const { runFolder, recipe } = context
  const { environment, reporter, now, cwd, stdin } = io
  const by = { now, worker: session.shared ? session.worker : undefined }
  let pins = earlier?.pins
  const books: OpenBooks = {
    session,
    context,
    reporter,
    now,
    cwd,
    stdin,
    joined: session.joined,
    plan: earlier?.plan ?? null,
    save: () => writeRunRecord(runFolder, recipe, earlier, { plan: books.plan, pins, commits }, now),
    hub: (folder) => ({
      environment,
      now,
      note: (text) => reporter.note(text),
      folder,
      pins: pins ?? {},
      async pin(settled) {
        pins = { ...pins, ...settled }
        await books.save()
      },
    }),
    async recorded(command, work) {
      await recordEvent(runFolder, 'start', { command }, by)
      let outcome = 'failed'
      try {
        const result = await work()
        outcome = 'done'
        return result
      } catch (error) {
        if (error instanceof StoppedError) outcome = 'stopped'
        throw error
      } finally {
        // The error that may be under way matters more than the history: a full disk must not hide it.
        await recordEvent(runFolder, outcome, { command }, by).catch((error: unknown) =>
          reporter.warn(`events.jsonl could not be written: ${String(error)}`),
        )
      }
    },
  }
  return books
}
