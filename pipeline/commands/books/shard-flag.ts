import { Option } from 'commander'
import { UsageError } from '../../../schemas/errors.ts'
import type { Share } from '../../engine/share.ts'

/** Options of commands that several processes can do together. */
export function shardOptions(): Option[] {
  return [
    new Option(
      '--shard <i/n>',
      'work on the run beside other processes on the same folder: this is worker i of n, counted from 0, which begins with its share of the shards and goes on with those that nobody does',
    ),
    new Option('--no-wait', 'with --shard: end when nothing is left but what other workers are doing'),
  ]
}

/** @throws UsageError when the option is not a number and how many there are */
export function shardFlag(text: string): Share {
  const found = /^(\d{1,6})\/(\d{1,6})$/u.exec(text)
  const [index, count] = [Number(found?.[1]), Number(found?.[2])]
  if (found && index < count) return { index, count }
  throw new UsageError(
    `--shard must be i/n, as 0/4, 1/4, 2/4 and 3/4 for four workers, not ${JSON.stringify(text)}`,
  )
}
