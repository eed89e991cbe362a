import { hashOf } from '../schemas/canonical.ts'
import type { Declared, Measured } from './filter.ts'

/**
 * What sample filters found in the samples of a shard, by filter as it was set, each a list in the order of the samples.
 * A filter whose options changed is asked again; all others are not, and their texts need not be read.
 */
export type SampleMemory = {
  /** From an earlier start, of the same samples. */
  known: ReadonlyMap<string, readonly unknown[]>
  /** Everything that was found or taken over now. */
  found: Map<string, unknown[]>
  /** Of the files that options name. */
  digests: Readonly<Record<string, { digest: string }>>
}

/** The names under which a memory holds the measures of a filter, which options cannot change, and its reasons. */
export function memoryNames(
  { filter, options }: { filter: Declared; options: unknown },
  digests: SampleMemory['digests'],
): { measures: string; reasons: string } {
  const { name, version } = filter
  const files = (filter.files?.(options) ?? []).map((file) => digests[file]?.digest)
  return {
    measures: `measures of ${name} ${version}`,
    reasons: `reasons of ${name} ${version} ${hashOf({ options, files })}`,
  }
}

/** Makes a function that takes a value from a memory, or computes and keeps it. Without a memory it computes. */
export function remembering<Value extends Measured | readonly string[]>(
  memory: SampleMemory | undefined,
  name: string,
): (at: number, compute: () => Value) => Value {
  if (memory === undefined) return (_, compute) => compute()
  const known = memory.known.get(name) as readonly Value[] | undefined
  const found = (memory.found.get(name) ?? []) as Value[]
  memory.found.set(name, found)
  return (at, compute) => (found[at] = known?.[at] ?? compute())
}
