import { allVerifiers } from './all-verifiers.ts'
import { wilson } from './wilson.ts'

/** What a verifier got wrong on labelled answers. The version tells whether it is still the one that was measured. */
type Measurement = {
  version: string
  rows: number
  accepted: number
  wronglyAccepted: number
  right: number
  rightLost: number
  /** Whose labels they are. */
  of: string
}

/** Made by `npm run bench:truth -- ROWS.jsonl`; to be made again with every new version. */
const measurements: Readonly<Record<string, Measurement>> = {
  math: {
    version: '5',
    rows: 749,
    accepted: 568,
    wronglyAccepted: 0,
    right: 569,
    rightLost: 1,
    of: 'public tests and recorded outputs of Math-Verify, open-r1, SkyThought, lighteval, GSM8K, ToRA and NeMo-Skills',
  },
  choice: {
    version: '5',
    rows: 4823,
    accepted: 982,
    wronglyAccepted: 0,
    right: 982,
    rightLost: 0,
    of: 'questions of AQuA answered in the usual forms and extraction tests of lighteval and SkyThought',
  },
}

/** The verifier of a task and what is known of its errors, for a reader of the dataset. */
export function measuredError(task: string): { verifier: string; version: string; text: string } | undefined {
  const verifier = allVerifiers.find(({ name }) => name === task)
  if (verifier === undefined) return undefined
  const { name, version } = verifier
  const found = measurements[name]
  if (found?.version !== version) return { verifier: name, version, text: 'not measured in this version' }
  const { rows, accepted, wronglyAccepted, right, rightLost, of } = found
  return {
    verifier: name,
    version,
    text: `on ${rows} labelled answers it accepted ${accepted}, ${wronglyAccepted} of them wrong (${atMost(wronglyAccepted, accepted)}), and lost ${rightLost} of ${right} right ones (${atMost(rightLost, right)}); labels: ${of}`,
  }
}

/** The upper end of the interval, as a percentage. */
function atMost(hits: number, count: number): string {
  return `at most ${((wilson(hits, count)?.high ?? 1) * 100).toFixed(2)} % with 95 % confidence`
}
