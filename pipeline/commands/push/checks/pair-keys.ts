import { RunError } from '../../../../schemas/errors.ts'
import type { CheckRun, ToPublish } from './check.ts'
import { rowsOf } from './rows.ts'

export const check: CheckRun = {
  async run(dataset) {
    const names = dataset.exports.filter(({ matched }) => matched).map(({ name }) => name)
    const [first, ...others] = names
    if (first === undefined) return 'no configuration has one row for each pair'
    const pairs = await countUnique(dataset, first)
    for (const other of others) await compare(dataset, first, other)
    return `${pairs} pairs, each once, in ${names.length} configurations`
  },
}

/** Pairs are written in the order of their ids, so that one which is there twice follows itself. */
async function countUnique(dataset: ToPublish, name: string): Promise<number> {
  let pairs = 0
  let last = ''
  for await (const id of idsOf(dataset, name)) {
    if (id === last) throw new RunError(`${name} has the pair ${id} twice; ${advice}`)
    if (id < last) throw new RunError(`${name} has the pair ${id} out of order; ${advice}`)
    last = id
    pairs += 1
  }
  return pairs
}

async function compare(dataset: ToPublish, first: string, other: string): Promise<void> {
  await using these = idsOf(dataset, first)
  await using those = idsOf(dataset, other)
  for (let row = 1; ; row += 1) {
    const [one, two] = [await these.next(), await those.next()]
    if (one.done === true && two.done === true) return
    if (one.value !== two.value)
      throw new RunError(
        `row ${row} of ${first} is the pair ${one.value ?? 'of nothing'}, of ${other} ${two.value ?? 'of nothing'}; ${advice}`,
      )
  }
}

const advice = 'write the dataset again, or say `push.accept: [pair_keys]`'

async function* idsOf(dataset: ToPublish, name: string): AsyncGenerator<string, undefined> {
  const only = { ...dataset, exports: dataset.exports.filter((one) => one.name === name) }
  for await (const { row, index } of rowsOf(only, (column) => column === 'pair_id')) {
    const id = row['pair_id']
    if (typeof id !== 'string' || !/^[0-9a-f]{32}$/u.test(id))
      throw new RunError(`row ${index + 1} of ${name} has no \`pair_id\`; ${advice}`)
    yield id
  }
}
