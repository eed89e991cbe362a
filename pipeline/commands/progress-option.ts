import { Option } from 'commander'
import { progressForms } from '../reporter/create-reporter.ts'

/** How progress is shown, for the commands that show any. */
export function progressOption(): Option {
  return new Option(
    '--progress <form>',
    'how progress is shown; auto draws on a terminal and prints lines elsewhere',
  )
    .choices(progressForms)
    .default('auto')
}
