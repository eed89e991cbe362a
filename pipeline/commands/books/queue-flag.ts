import { Option } from 'commander'
import { wholeNumber } from '../command.ts'

/** Options of commands that work with a queue. */
export type QueueOptions = {
  /** The address; `true` where the variable TWINSTILL_QUEUE says it. */
  queue?: string | true
  /** The port of a page that shows the queue; `true` for any that is free. */
  dashboard?: number | true
}

/** @param what the command does with the queue, for the help */
export function queueOptions(what: string): [queue: Option, dashboard: Option] {
  return [
    new Option(
      '--queue [address]',
      `${what}: redis://127.0.0.1:6379; without an address, that in TWINSTILL_QUEUE`,
    ),
    new Option(
      '--dashboard [port]',
      'with --queue: show what is in the queue on a page of this machine, while the command works',
    ).argParser(wholeNumber),
  ]
}
