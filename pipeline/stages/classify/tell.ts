import type { Problem } from '../../../schemas/problem.ts'
import { cellOf, type KindsCounts, type ProblemKind } from '../../../schemas/problem-kind.ts'
import type { ClassifySection } from '../../recipe/classify-section.ts'
import type { KindReply } from './question.ts'
import { areaOf, formatOf } from './rules.ts'

/** What columns, maps, task and rules tell of a problem. */
export function toldKind(
  problem: Pick<Problem, (typeof toldBy)[number]>,
  section: ClassifySection,
): ProblemKind {
  const area = areaOf(problem, section)
  const format = formatOf(problem, section)
  return {
    id: problem.id,
    area: area.value,
    area_from: area.from,
    area_reason: area.reason,
    format: format.value,
    format_from: format.from,
    format_reason: format.reason,
    kind_judge: '',
  }
}

/** The columns of a problem that this takes. */
export const toldBy = ['id', 'prompt', 'answers', 'choices', 'task', 'source', 'domain'] as const

/** Whether area or format is left for a judge to tell. */
export function isUntold({ area, format }: ProblemKind): boolean {
  return area === 'unknown' || format === 'unknown'
}

/** The kind with the judge's word on what was unknown of it, and nothing else changed. */
export function withReply(kind: ProblemKind, { area, format }: KindReply, judge: string): ProblemKind {
  return {
    ...kind,
    ...(kind.area === 'unknown' && { area: area.value, area_from: area.from, area_reason: area.reason }),
    ...(kind.format === 'unknown' && {
      format: format.value,
      format_from: format.from,
      format_reason: format.reason,
    }),
    kind_judge: judge,
  }
}

/** The kind of a problem that the judge is not asked about yet. */
export function notAsked(kind: ProblemKind): ProblemKind {
  return {
    ...kind,
    ...(kind.area === 'unknown' && { area_reason: 'judge_not_asked' as const }),
    ...(kind.format === 'unknown' && { format_reason: 'judge_not_asked' as const }),
  }
}

export function countKind(counts: KindsCounts, kind: ProblemKind): void {
  addOne(counts.cells, cellOf(kind))
  addOne(counts.area_from, kind.area_from)
  addOne(counts.format_from, kind.format_from)
  if (kind.area_reason !== '') addOne(counts.area_unknown, kind.area_reason)
  if (kind.format_reason !== '') addOne(counts.format_unknown, kind.format_reason)
}

function addOne(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
