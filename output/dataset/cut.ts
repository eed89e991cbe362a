import { join } from 'node:path'
import type { Arm } from '../../schemas/arm.ts'
import { hashOf } from '../../schemas/canonical.ts'
import { sizeOf } from '../../store/files/entries.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { isWithdrawn, readableBy, type Export, type ProblemGroup } from '../exports/export.ts'
import type { Configuration, FinishedFile } from './configuration.ts'
import { fileSha256 } from './manifest.ts'
import { isFull, rowBytes } from './shards.ts'
import { isBefore, type CutStretches, type Place, type Stretch } from './stretches.ts'

/**
 * Configurations whose shards are cut together: all that are matched, or one that is not. Each problem counts with the
 * bytes of its largest rows in any of them.
 */
export type Cut = {
  /** Whether anything of a piece is to be written. */
  needs(piece: number): boolean
  add(group: ProblemGroup, place: Place): Promise<void>
  /** Ends the last shards and gives all of them their names. */
  finish(): Promise<void>
  /** The files of one of its configurations, in order. */
  filesOf(configuration: Configuration): readonly FinishedFile[]
  /** What is remembered of them. */
  stretches(): CutStretches
}

export type CutOptions = {
  configurations: readonly Configuration[]
  arms: readonly Arm[]
  shardBytes: number
  /** Of every piece. */
  digests: readonly string[]
  fingerprint: string
  /** The dataset whose shards may be taken over. */
  earlier: { folder: string; stretches: readonly CutStretches[] } | undefined
}

/** A stretch whose shards have no names yet, with what its configurations had been given at its end. */
type Ended = Pick<Stretch, 'start' | 'end' | 'inputs'> & { totals: Totals[] }
type Totals = { groups: number; samples: number; rows: number; withdrawn: number; files: number }

/**
 * Opens a cut. It works like a pass over all problems: where a shard begins at a problem at which one began before, and
 * all that it was made from is the same, the pass would give the same shard, and that one is taken over.
 */
export async function openCut(options: CutOptions): Promise<Cut> {
  const { configurations, arms, shardBytes, digests, fingerprint, earlier } = options
  const known = new Map(
    earlier?.stretches
      .find((one) => one.fingerprint === fingerprint)
      ?.stretches.map((stretch) => [stretch.start.join(), stretch]),
  )
  // An arrangement has all rows before it writes any.
  const isWhole = configurations.some((one) => one.export.order !== 'problems')
  const ended: Ended[] = []
  const finished = new Map<Configuration, FinishedFile[]>()
  /** Where the stretch that is being written begins; null behind the last one. */
  let start: Place | null = null
  let bytes = 0
  await begin([0, 0])

  function inputsOf(from: Place, to: Place | null): string {
    return hashOf(digests.slice(from[0], to === null ? undefined : to[0] + 1))
  }

  function totals(): Totals[] {
    return configurations.map((one) => {
      const { groups, samples, rows, withdrawn = 0 } = one.entry()
      return { groups, samples, rows, withdrawn, files: one.files() }
    })
  }

  function end(at: Place | null): void {
    ended.push({ start: start!, end: at, inputs: inputsOf(start!, at), totals: totals() })
  }

  /** Begins a stretch at a problem, or takes over all that follow from there. */
  async function begin(at: Place): Promise<void> {
    start = at
    bytes = 0
    while (start !== null) {
      const stretch = known.get(start.join())
      if (!stretch || !(await isUsable(stretch))) return
      for (const one of configurations) one.keep(earlier!.folder, stretch.configurations[one.export.name]!)
      end(stretch.end)
      start = stretch.end
    }
  }

  async function isUsable(stretch: Stretch): Promise<boolean> {
    if (stretch.inputs !== inputsOf(stretch.start, stretch.end)) return false
    for (const one of configurations)
      for (const { path, bytes: size, sha256 } of stretch.configurations[one.export.name]?.files ?? []) {
        const file = join(earlier!.folder, path)
        if ((await sizeOf(file)) !== size || (await fileSha256(file)) !== sha256) return false
      }
    return configurations.every((one) => one.export.name in stretch.configurations)
  }

  return {
    needs: (piece) => start !== null && piece >= start[0],
    async add(group, place) {
      if (start === null || isBefore(place, start)) return
      if (isWithdrawn(group)) return withdraw(group)
      const given = configurations.flatMap((configuration) => {
        const readable = readableBy(configuration.export, group)
        return readable
          ? [{ configuration, readable, rows: rowsOf(configuration.export, readable, arms) }]
          : []
      })
      const size = Math.max(0, ...given.map(({ rows }) => rows.reduce((sum, row) => sum + rowBytes(row), 0)))
      if (!isWhole && isFull({ bytes, shardBytes }, { size, id: group.problem.id })) {
        for (const one of configurations) await one.endShard()
        end(place)
        await begin(place)
        // What follows is taken over.
        if (start === null || isBefore(place, start)) return
      }
      bytes += size
      for (const { configuration, readable, rows } of given) await configuration.add(readable, rows)
    },
    async finish() {
      for (const one of configurations) finished.set(one, await one.finish())
      if (start !== null) end(null)
    },
    filesOf: (configuration) => finished.get(configuration)!,
    stretches: () => ({
      fingerprint,
      stretches: ended.map((one, index) => stretchOf(one, ended[index - 1])),
    }),
  }

  /** Counts what every configuration would have been given of a pair that reviewers took out. */
  function withdraw(group: ProblemGroup): void {
    for (const one of configurations) one.withdraw(readableBy(one.export, group)?.samples.length ?? 0)
  }

  function stretchOf({ totals: after, ...stretch }: Ended, before: Ended | undefined): Stretch {
    const none: Totals = { groups: 0, samples: 0, rows: 0, withdrawn: 0, files: 0 }
    return {
      ...stretch,
      configurations: Object.fromEntries(
        configurations.map((one, index) => {
          const [to, from] = [after[index]!, before?.totals[index] ?? none]
          const own = finished.get(one)!.slice(from.files, to.files)
          const entry = {
            groups: to.groups - from.groups,
            samples: to.samples - from.samples,
            rows: to.rows - from.rows,
            withdrawn: to.withdrawn - from.withdrawn,
            files: own.map(({ file }) => file),
            counts: own.map(({ counts }) => counts),
          }
          return [one.export.name, entry]
        }),
      ),
    }
  }
}

function rowsOf(one: Export, group: ProblemGroup, arms: readonly Arm[]): Row[] {
  const rows = one.rows(group, arms)
  if (!one.matched || rows.length === 1) return rows
  throw new Error(
    `the export ${one.name} gives ${rows.length} rows for the pair ${group.problem.id}; a matched one gives one row a pair`,
  )
}
