import type { ThreadJob, ThreadReply } from '../../../../pipeline/engine/threads.ts'

/** Fills its heap with as many megabytes as the number of the shard says. */
export default function fill({ shard }: Pick<ThreadJob, 'shard'>): ThreadReply {
  const rows: number[][] = []
  // Eight bytes a number, and so many that no two of them share anything.
  for (let mb = 0; mb < shard; mb++)
    rows.push(Array.from({ length: 125_000 }, (_, index) => index + mb + 0.5))
  return { value: rows.length }
}
