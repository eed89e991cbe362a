import type { Declared } from '../../filters/filter.ts'
import {
  groupFilters,
  problemFilters,
  problemSetFilters,
  sampleFilters,
  sampleSetFilters,
} from '../../filters/registry.ts'
import {
  failureReasons,
  finishReasons,
  importReasons,
  isDeclared,
  kindReasons,
  pairReasons,
  quarantineReasons,
  rowReasons,
  samplingReasons,
  tokenReasons,
  unfinishedReasons,
  unusableReasons,
  verdictReasons,
} from '../../schemas/reasons.ts'

/** Reasons of one origin, with a heading in Markdown and a sentence about all of them. */
export type ReasonSection = {
  heading: string
  /** Where the ledger counts them, in Markdown; empty for a bare heading and for reasons that are no loss. */
  stage: string
  about: string
  reasons: Readonly<Record<string, string>>
}

/**
 * Every reason there is, in the order in which the ledger prefers them: those that `schemas/reasons.ts` declares for the
 * pipeline and the teachers, and those that the filters declare in their own files.
 */
export function reasonSections(): ReasonSection[] {
  return [
    section('## Rows of the problem source', 'the reading of problems', rowReasons),
    ...sectionsOf([...problemFilters, ...problemSetFilters], 'the reading of problems'),
    section(
      '## Traces of an imported source',
      '',
      importReasons,
      'Counted in `imports/ARM.json`, and said when traces are imported.',
    ),
    section(
      '## Areas and formats that are unknown',
      '',
      kindReasons,
      'No loss: the ledger counts them beside the areas and formats that `classify` found.',
    ),
    section(
      '## Samples that are not finished',
      'the stage that comes next',
      unfinishedReasons,
      'They go on at the next start.',
    ),
    section('## Samples without an answer', '`answered`', { ...unusableReasons, ...failureReasons }),
    section('## Samples', '', {}),
    section(
      '### Responses that are set aside',
      '`parsed`',
      quarantineReasons,
      'They are never paired, and stay in the journal; a changed recipe or a new probe reads them again.',
    ),
    section(
      '### How responses end',
      '`parsed`',
      finishReasons,
      'A response without any text is counted under how it ended. Those with text are for the filter `finish-state`.',
    ),
    ...sectionsOf(sampleFilters, '`verified` and `kept`'),
    ...sectionsOf([...groupFilters, ...sampleSetFilters], '`kept`'),
    section('## Pairs', '`paired`', pairReasons),
    section(
      '## Tokens',
      '',
      tokenReasons,
      'Where the tokens went has the reasons of samples and pairs, and these:',
    ),
    section(
      '## Verdicts',
      '',
      verdictReasons,
      'What checking the answers came to; the filter `correctness` turns them into losses.',
    ),
    section('## Ends of adaptive sampling', '', samplingReasons, 'Why a problem got no further samples.'),
  ]
}

/** Whether this version declares a code anywhere. Another version may have written others. */
export function isKnownReason(code: string): boolean {
  return reasonSections().some(({ reasons }) => isDeclared(code, reasons))
}

function section(
  heading: string,
  stage: string,
  reasons: Readonly<Record<string, string>>,
  about = '',
): ReasonSection {
  return { heading, stage, about, reasons }
}

function sectionsOf(filters: readonly Declared[], stage: string): ReasonSection[] {
  return filters
    .filter(({ reasons }) => Object.keys(reasons).length > 0)
    .map(({ name, reasons }) => section(`### Filter \`${name}\``, stage, reasons))
}
