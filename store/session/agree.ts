import type { LeaseRef } from '../leases/claim-log.ts'
import { putUnder } from '../leases/claim-log.ts'
import type { SlotStore } from '../leases/slot.ts'

/** Digests of everything that all workers of a session must have alike, by its name for people. */
export type Terms = Readonly<Record<string, string>>

/**
 * Sets down the terms of a session, or compares them with those that its first worker has set down.
 *
 * @param books the claim of the books, under which one worker at a time does this
 * @returns the names of what differs
 */
export async function agreeOn(store: SlotStore, books: LeaseRef, terms: Terms): Promise<string[]> {
  const slots = await store.read(books.log)
  const first = slots.find(({ slot }) => slot?.type === 'terms' && slot.session === books.session)?.slot
  if (first?.type === 'terms')
    return Object.keys({ ...first.terms, ...terms }).filter((name) => first.terms[name] !== terms[name])
  const { worker, session } = books
  await putUnder(store, books, { type: 'terms', worker, session, terms })
  return []
}
