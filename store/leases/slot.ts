import { z } from 'zod'

/**
 * What a slot of a log says. The slots of a log are numbered without gaps and each is made once, so that whoever makes the
 * next one decides, and everybody else finds out that he did not.
 */
export const Slot = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('claim'),
    worker: z.string(),
    /** Shared by all workers that were at work at the same time. */
    session: z.string(),
    /** The name under which the worker writes to the journals of a shard. */
    attempt: z.string(),
    /** Whether the holder before it is known to have ended: gave it back, or its process is gone. */
    ended: z.boolean(),
    /** Whether the holder works alone, so that nobody may join. */
    alone: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('cut'),
    worker: z.string(),
    /** Of attempts whose writers may still be there: the bytes of each file that count, by its path below `journal/`. */
    attempts: z.record(z.string(), z.record(z.string(), z.int().nonnegative())),
  }),
  z.strictObject({
    type: z.literal('commit'),
    worker: z.string(),
    session: z.string(),
    /** The file under its temporary name and under the one that it gets, both below the run folder. */
    from: z.string(),
    to: z.string(),
    fingerprint: z.string(),
    digest: z.string(),
  }),
  z.strictObject({
    type: z.literal('terms'),
    worker: z.string(),
    session: z.string(),
    /** Digests of everything that all workers of the session must have alike. */
    terms: z.record(z.string(), z.string()),
  }),
  z.strictObject({ type: z.literal('release'), worker: z.string() }),
])
export type Slot = z.infer<typeof Slot>
export type ClaimSlot = Extract<Slot, { type: 'claim' }>
export type CommitSlot = Extract<Slot, { type: 'commit' }>

/** A slot with its number, counted from 1. `undefined` stands for one that a power cut has emptied: nobody knows whose. */
export type NumberedSlot = { number: number; slot: Slot | undefined }

/** Where logs of slots are kept: a folder now; anything that can create a name if it is absent could do it. */
export type SlotStore = {
  /** The slots of a log in order; none where there is no such log. */
  read(log: string): Promise<NumberedSlot[]>
  /**
   * Makes a slot unless somebody else did.
   *
   * @param durable whether it must outlive a power cut of this machine
   * @returns whether it is this one that was made
   */
  put(log: string, number: number, slot: Slot, durable?: boolean): Promise<boolean>
}

/** Whose log it is now: the last claim unless it was given back. `unknown` where the last slot cannot be read. */
export function holderOf(
  slots: readonly NumberedSlot[],
): (ClaimSlot & { number: number }) | 'unknown' | undefined {
  const last = slots.at(-1)
  if (last === undefined || last.slot?.type === 'release') return undefined
  const claim = slots.findLast(({ slot }) => slot === undefined || slot.type === 'claim')
  if (claim?.slot?.type === 'claim') return { ...claim.slot, number: claim.number }
  return 'unknown'
}
