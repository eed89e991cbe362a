import { RunError } from '../../schemas/errors.ts'
import {
  partColumns,
  partKinds,
  parts,
  type PartColumn,
  type PartDefinition,
  type PartKind,
  type PartRow,
} from '../../schemas/parts.ts'
import { partPath } from '../run/paths.ts'
import { partRows } from './part.ts'

type Parts = typeof parts

/** The columns to read from each kind of part. Fewer columns are read faster. */
type WantedParts = { readonly [Kind in PartKind]?: 'all' | readonly PartColumn<Kind>[] | undefined }

/** The kind of part that is read in place of each kind; without an entry it is the kind itself. */
export type PartsRead = Partial<Record<PartKind, PartKind>>

/** The columns that were asked for, and the key; `undefined` where a kind was not wanted. */
type JoinedRow<Kind extends PartKind, Columns> = Columns extends readonly (infer Column)[]
  ? Pick<PartRow<Kind>, Extract<Column | Parts[Kind]['key'], keyof PartRow<Kind>>>
  : Columns extends 'all'
    ? PartRow<Kind>
    : undefined

type RowsPer<Wanted extends WantedParts, Per extends 'problem' | 'sample'> = {
  [Kind in keyof Wanted & PartKind as Parts[Kind]['per'] extends Per ? Parts[Kind]['one'] : never]: JoinedRow<
    Kind,
    Wanted[Kind]
  >
}

/** What the wanted kinds hold of one sample: `trace`, `verdict`, `decision`. */
export type JoinedSample<Wanted extends WantedParts> = RowsPer<Wanted, 'sample'>

/** What the wanted kinds hold of one problem: `problem`, `pair`, and its `samples` of all arms. */
type JoinedProblem<Wanted extends WantedParts> = RowsPer<Wanted, 'problem'> & {
  samples: JoinedSample<Wanted>[]
}

type Row = Record<string, unknown>

/**
 * Walks the parts of a shard side by side: they are all written in the order of its problems, so that reading them
 * together is a join. Yields every problem with all its samples. Memory holds the samples of one problem, and one row
 * group of each file.
 *
 * @param reads the kinds with the same rows that are read in place of wanted ones
 * @param options.seal `once` where this process reads the parts again and again: it holds them against their checksums the first
 *   time, and again when they were touched
 * @throws RunError when a part is missing or damaged, or holds other samples than the parts before it
 */
export async function* joinParts<const Wanted extends WantedParts>(
  runFolder: string,
  shard: number,
  wanted: Wanted,
  reads: PartsRead = {},
  { seal = 'always' }: { seal?: 'always' | 'once' } = {},
): AsyncGenerator<JoinedProblem<Wanted>> {
  await using opened = new AsyncDisposableStack()
  const cursors = partKinds
    .filter((kind) => kind === 'problems' || wanted[kind] !== undefined)
    .map((kind) =>
      opened.use(
        openCursor(
          runFolder,
          { ...parts[kind], kind, from: reads[kind] ?? kind },
          shard,
          wanted[kind] ?? [],
          seal,
        ),
      ),
    )
  const [problems, ...besideProblems] = cursors.filter(({ kind }) => parts[kind].per === 'problem')
  const [samples, ...besideSamples] = cursors.filter(({ kind }) => parts[kind].per === 'sample')
  for (let problem = await problems!.next(); problem; problem = await problems!.next()) {
    const { id } = problem
    const joined: Row = { problem }
    for (const cursor of besideProblems) joined[cursor.one] = await cursor.take(id)
    const own: Row[] = []
    for (let row = await samples?.nextOf(id); row; row = await samples?.nextOf(id)) {
      const sample: Row = { [samples!.one]: row }
      for (const cursor of besideSamples) sample[cursor.one] = await cursor.take(row['key'])
      own.push(sample)
    }
    joined['samples'] = own
    // Each part's columns were checked when it was opened, and the names are those of the table of parts.
    yield joined as JoinedProblem<Wanted>
  }
  for (const cursor of cursors) await cursor.end()
}

/** The rows of one part, of which the next can be looked at before it is taken. */
type Cursor = AsyncDisposable & {
  kind: PartKind
  /** What one of its rows is called. */
  one: string
  next(): Promise<Row | undefined>
  /** The next row if it is one of this problem. */
  nextOf(problem: unknown): Promise<Row | undefined>
  /** The next row, which must have this key. */
  take(key: unknown): Promise<Row>
  /** Throws unless every row was taken. */
  end(): Promise<void>
}

function openCursor(
  runFolder: string,
  { kind, from, one, per, key }: PartDefinition & { kind: PartKind; from: PartKind },
  shard: number,
  wanted: 'all' | readonly string[],
  seal: 'always' | 'once',
): Cursor {
  const needed = new Set([...(wanted === 'all' ? partColumns(kind) : wanted), key])
  if (per === 'sample') needed.add('problem_id')
  const rows = partRows(runFolder, from, shard, [...needed], { seal })
  let ahead: Row | undefined
  let isAhead = false

  async function peek(): Promise<Row | undefined> {
    if (isAhead) return ahead
    ahead = (await rows.next()).value
    isAhead = true
    return ahead
  }

  async function next(): Promise<Row | undefined> {
    if (!isAhead) ahead = (await rows.next()).value
    isAhead = ahead === undefined
    return ahead
  }

  function mismatch(found: string, due: string): RunError {
    const path = partPath(runFolder, from, shard)
    return new RunError(
      `${path} does not belong to the other parts of its shard: it has ${found} where ${due} is due; delete it and run \`distill\` again: it is made again from the journal and nothing is asked twice`,
    )
  }

  return {
    kind,
    one,
    next,
    nextOf: async (problem) => ((await peek())?.['problem_id'] === problem ? next() : undefined),
    async take(due) {
      const row = await next()
      if (row && row[key] === due) return row
      throw mismatch(row ? `the ${one} of ${String(row[key])}` : 'no row', `the one of ${String(due)}`)
    },
    async end() {
      const row = await peek()
      if (row) throw mismatch(`the ${one} of ${String(row[key])}`, 'its end')
    },
    async [Symbol.asyncDispose]() {
      await rows.return(undefined)
    },
  }
}
