import { Option } from 'commander'

/** The option that names a queue; without a value the variable TWINSTILL_QUEUE does. */
export function queueOption(what: string): Option {
  return new Option(
    '--queue [address]',
    `${what}: redis://127.0.0.1:6379; without an address, that in TWINSTILL_QUEUE`,
  )
}
