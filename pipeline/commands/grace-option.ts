import { Option } from 'commander'
import { wholeNumber } from './command.ts'

/** How long a signal waits for answers in flight; the same for all commands that ask. */
export function graceOption(): Option {
  return new Option(
    '--grace <seconds>',
    'when a signal ends the command: give up answers that have not come after so long (they may have been paid for); unless given they are waited for',
  ).argParser(wholeNumber)
}
