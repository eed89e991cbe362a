import type { ArmFigures, Figures } from '../../schemas/progress.ts'
import { clock, compact, dollars, etaText } from './amounts.ts'
import { narrowTable } from './narrow-table.ts'
import { printableLine } from './printable.ts'
import { cut } from './side-by-side.ts'

type Room = { width: number; height: number }

/** What the view shows: lines, and which of them are heads of tables. */
export type Frame = { text: string; isHead?: boolean }[]

/**
 * The figures of a run as lines for a terminal: one for the whole, one for each arm, and below them what became of the
 * samples of finished shards. Arms for which there is no room are counted in a last line.
 *
 * @param room.width no line takes more cells
 * @param room.height no more lines
 */
export function progressFrame(figures: Figures, room: Room): Frame {
  const { width, height } = room
  const frame: Frame = [{ text: cut(headline(figures), width) }]
  const second = [flightText(figures), budgetText(figures)].filter((text) => text !== '').join('  ')
  if (second !== '') frame.push({ text: cut(second, width) })
  const wide = width >= enoughForErrors
  const finished = figures.arms.filter((arm) => arm.finished.planned > 0)
  frame.push(...section(armLines(figures.arms, { width, wide }), { width, height: height - frame.length }))
  frame.push(...section(finishedLines(finished, width), { width, height: height - frame.length }))
  if (!wide) frame.push(...section(errorLines(figures.arms, width), { width, height: height - frame.length }))
  return frame
}

/** From so many cells on, the classes of errors have room in the line of their arm; below they have a table of their own. */
const enoughForErrors = 110

/** A table with an empty line before it; less of it where there is no room, and nothing where not even one row fits. */
function section(lines: readonly string[], { width, height: room }: Room): Frame {
  if (lines.length < 2 || room < 3) return []
  const [head, ...rows] = lines as [string, ...string[]]
  const most = room - 2
  const more = `… ${rows.length - most + 1} more arms`
  const shown = rows.length <= most ? rows : [...rows.slice(0, most - 1), cut(more, width)]
  return [{ text: '' }, { text: head, isHead: true }, ...shown.map((text) => ({ text }))]
}

/** The whole run in one line, the most important figures first. */
export function headline(figures: Figures): string {
  const { samples, samples_total, shards, shards_total, eta, wave } = figures
  const parts = [`${printableLine(figures.command)} ${clock(figures.elapsed_seconds)}`]
  if (samples_total > 0) parts.push(`answers ${samples}/${samples_total} (${share(samples, samples_total)})`)
  parts.push(`shards ${shards}/${shards_total}`)
  if (figures.pairs > 0) parts.push(`pairs ${figures.pairs}`)
  const left = etaText(eta)
  if (left !== '') parts.push(`ETA ${wave === undefined ? '' : `of wave ${wave} `}${left}`)
  return parts.join('  ')
}

/** Requests in flight of those that may be; empty where there are none. */
export function flightText({ in_flight, in_flight_limit }: Figures): string {
  return in_flight > 0 ? `${in_flight}/${Math.max(in_flight, in_flight_limit)} in flight` : ''
}

/** What the run has cost of what it may; empty where it has cost nothing that has a price or a limit. */
export function budgetText({ budget, cost_usd }: Figures): string {
  if (!budget) return cost_usd > 0 ? `spent ${dollars(cost_usd)}` : ''
  const { usd, tokens, spent_usd, spent_tokens } = budget
  const parts: string[] = []
  if (usd !== null) parts.push(`${dollars(spent_usd)} of ${dollars(usd)} (${share(spent_usd, usd)})`)
  else if (spent_usd > 0) parts.push(dollars(spent_usd))
  if (tokens !== null)
    parts.push(`${compact(spent_tokens)} of ${compact(tokens)} tokens (${share(spent_tokens, tokens)})`)
  return parts.length === 0 ? '' : `spent ${parts.join(', ')}`
}

function armLines(arms: readonly ArmFigures[], { width, wide }: { width: number; wide: boolean }): string[] {
  if (arms.length === 0) return []
  const of = (cell: (arm: ArmFigures) => string): string[] => arms.map(cell)
  return narrowTable(
    [
      { head: 'arm', cells: of(nameOf), least: 6 },
      { head: 'done', cells: of(doneText), align: 'right' },
      { head: '%', cells: of(percentText), align: 'right', spare: 4 },
      { head: 'flight', cells: of((arm) => String(arm.in_flight)), align: 'right', spare: 1 },
      {
        head: 'tok/s',
        cells: of((arm) => compact(arm.pace?.tokens_per_second ?? 0)),
        align: 'right',
        spare: 2,
      },
      { head: 'cut', cells: of((arm) => String(arm.truncated)), align: 'right', spare: 5 },
      { head: 'spent', cells: of(spentText), align: 'right', spare: 3 },
      { head: 'ETA', cells: of((arm) => etaText(arm.eta)), align: 'right' },
      wide
        ? { head: 'errors', cells: of(errorsText), least: 14 }
        : { head: 'errors', cells: of(errorCount), align: 'right' },
    ],
    width,
  )
}

function errorLines(all: readonly ArmFigures[], width: number): string[] {
  const arms = all.filter((arm) => errorsText(arm) !== '')
  if (arms.length === 0) return []
  return narrowTable(
    [
      { head: 'errors of', cells: arms.map(nameOf), least: 8 },
      { head: 'by class', cells: arms.map(errorsText), least: 8 },
    ],
    width,
  )
}

/** What became of the samples of finished shards, as the ledger has it in the end. */
function finishedLines(arms: readonly ArmFigures[], width: number): string[] {
  const count = (head: 'planned' | 'answered' | 'parsed' | 'verified' | 'kept' | 'paired', spare = 0) => ({
    head,
    cells: arms.map(({ finished }) => String(finished[head])),
    align: 'right' as const,
    spare,
  })
  return narrowTable(
    [
      { head: 'in parts', cells: arms.map(nameOf), least: 8 },
      count('planned'),
      count('answered', 2),
      count('parsed', 3),
      count('verified', 1),
      { head: 'right', cells: arms.map(correctText), align: 'right', spare: 4 },
      count('kept'),
      count('paired'),
    ],
    width,
  )
}

function nameOf({ arm }: ArmFigures): string {
  return printableLine(arm)
}

function doneText({ samples, samples_total }: ArmFigures): string {
  return samples_total === null ? '' : `${samples}/${samples_total}`
}

function percentText({ samples, samples_total }: ArmFigures): string {
  return samples_total === null ? '' : String(Math.floor((100 * samples) / Math.max(1, samples_total)))
}

function spentText({ cost_usd, completion_tokens }: ArmFigures): string {
  return cost_usd > 0 ? dollars(cost_usd) : `${compact(completion_tokens)} tok`
}

function correctText({ finished: { correct, parsed } }: ArmFigures): string {
  return parsed === 0 ? '' : share(correct, parsed)
}

/** Failed tries by class, the most frequent first, and the requests that were given up. */
export function errorsText({ errors, failed }: Pick<ArmFigures, 'errors' | 'failed'>): string {
  const classes = Object.entries(errors)
    .toSorted((a, b) => b[1] - a[1])
    .map(([name, count]) => `${printableLine(name)} ${count}`)
  const all = Object.values(errors).reduce((sum, count) => sum + count, 0)
  const tries = classes.length > 1 ? `${all} (${classes.join(', ')})` : classes.join()
  return [...(failed > 0 ? [`${failed} given up`] : []), ...(tries === '' ? [] : [tries])].join(', ')
}

/** Failed tries; empty where there are none. */
function errorCount({ errors, failed }: ArmFigures): string {
  const tries = Object.values(errors).reduce((sum, count) => sum + count, 0)
  return tries + failed === 0 ? '' : String(Math.max(tries, failed))
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.floor((100 * part) / whole)} %`
}
