import fc from 'fast-check'
import { expect, test } from 'vitest'
import { references } from '../../pipeline/docs/references.ts'
import { formatLedger } from '../../pipeline/ledger/format-ledger.ts'
import { isKnownReason, reasonSections } from '../../pipeline/stages/all-reasons.ts'
import { readResult } from '../../pipeline/stages/generate/batch/read-result.ts'
import { ledgerStages, type Ledger } from '../../schemas/ledger.ts'
import { failureReasons, isDeclared } from '../../schemas/reasons.ts'
import { classifyFailure } from '../../teachers/wire/classify-error.ts'

test('the page of reasons has every reason once where it is counted', () => {
  const page = references()['reasons.md']!
  const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, code]) => code)
  expect(rows).toEqual(reasonSections().flatMap(({ reasons }) => Object.keys(reasons)))
  // The codes that a run with faults leaves in its ledger.
  const codes =
    'connection unreachable rate_limit request_too_large html no_choices bad_response broken_stream broken_off refused not_imported batch_expired in_batch in_flight_or_cut_off failed'
  for (const code of codes.split(' ')) expect(rows).toContain(code)
})

const words = fc.constantFrom('', 'context length', 'content_filter', 'insufficient quota', 'ECONNREFUSED')
const more = fc.constantFrom(
  '',
  'timeout',
  'html',
  'broken_off',
  'EPROTO',
  'CERT',
  'request too large',
  'expired',
)

test('whatever a server does is called by a declared code, live and through a batch', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 599 })),
      fc.oneof(words, more, fc.string()),
      fc.oneof(words, more, fc.string()),
      fc.boolean(),
      (status, code, message, succeeded) => {
        const failure = { status, code, message, retryAfterMs: null }
        expect(isDeclared(classifyFailure(failure, { succeeded }).code, failureReasons)).toBe(true)
        const result = readResult({
          custom_id: `1.${'a'.repeat(32)}`,
          response: { status_code: status },
          error: { code, message },
        })!
        expect(result.ok || isDeclared(result.code, failureReasons)).toBe(true)
      },
    ),
  )
})

test('a code of another version is shown as it is, and as one that this version does not know', () => {
  expect(isKnownReason('gateway_tired')).toBe(false)
  expect(['http_503', 'missing_ift+reasoning', 'cut_in_think', 'incorrect'].every(isKnownReason)).toBe(true)
  const lost = { gateway_tired: 1, http_503: 1 }
  const ledger: Ledger = {
    problems: { read: 1, lost: {}, withdrawn: 0, kept: 1 },
    samples: ledgerStages.map((stage) => ({ stage, arm: 'a', in: 2, out: 0, lost })),
    pairs: { problems: 1, pending: 0, lost: {}, paired: 0, written: 0 },
    exports: [],
    verdicts: {},
    golds: { suspect: 0, repaired: 0, majority: 0 },
    spend: [],
    truncation: [],
    sampling: [],
    tokens: [],
    total: {
      requests: 0,
      tokens: 0,
      cost_usd: null,
      cut_off: { requests: 0, tokens: 0, cost_usd: null },
      elsewhere: 0,
    },
  }
  expect(formatLedger(ledger, { width: 200 })).toMatch(
    /1 gateway_tired \(a code of another version\), 1 http_503(?! \()/,
  )
})
