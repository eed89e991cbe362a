import { z } from 'zod'
import { Problem } from './problem.ts'
import { kindReasons, type KindReason } from './reasons.ts'

/** What a problem may be said to be about, as coarse as studies of reasoning data compare it (arXiv 2509.22193). */
export const areas = ['general', 'math', 'code', 'science'] as const
export const StatedArea = z.enum(areas)
export const Area = z.enum([...areas, 'unknown'])
export type Area = z.infer<typeof Area>

/** In what form a problem may want its answer. */
export const formats = ['multiple_choice', 'open_ended'] as const
export const StatedFormat = z.enum(formats)
export const Format = z.enum([...formats, 'unknown'])
export type Format = z.infer<typeof Format>

/** Who said so: a column of the source, the recipe's map of them, the task, a rule, a judge; `none` where nobody knows. */
export const ToldBy = z.enum(['column', 'map', 'task', 'rule', 'judge', 'none'])
export type ToldBy = z.infer<typeof ToldBy>

/** Why an area or a format is `unknown`; empty where it is not. */
const Reason = z.enum(['', ...(Object.keys(kindReasons) as KindReason[])])

/** Area and format of one problem. */
export const ProblemKind = z.strictObject({
  /** Of the problem. */
  id: Problem.shape.id,
  area: Area,
  area_from: ToldBy,
  area_reason: Reason,
  format: Format,
  format_from: ToldBy,
  format_reason: Reason,
  /** The model that was asked and the digest of what it was told to do; empty where none was asked. */
  kind_judge: z.string(),
})
export type ProblemKind = z.infer<typeof ProblemKind>

/** Area and format together, such as `math/open_ended`: the study compares four of these cells. */
export function cellOf({ area, format }: Pick<ProblemKind, 'area' | 'format'>): string {
  return `${area}/${format}`
}

const Counts = z.record(z.string(), z.int().nonnegative())

/** What classifying problems says of a shard: how many there are of each area and format, who said so, and why nobody did. */
export const KindsCounts = z.strictObject({
  cells: Counts,
  area_from: Counts,
  format_from: Counts,
  area_unknown: Counts,
  format_unknown: Counts,
})
export type KindsCounts = z.infer<typeof KindsCounts>

export function noKindsCounts(): KindsCounts {
  return { cells: {}, area_from: {}, format_from: {}, area_unknown: {}, format_unknown: {} }
}
