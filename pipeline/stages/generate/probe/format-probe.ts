import type { Arm } from '../../../../schemas/arm.ts'
import type { Probe, Taken } from '../../../../schemas/probe.ts'
import { plainTable } from '../../../reporter/plain-table.ts'
import { printable } from '../../../reporter/printable.ts'

/** One line: where the reasoning comes back and what a cut looks like. */
export function summaryOf(probe: Probe): string {
  const { cut, earlier } = probe
  return [
    reasoningOf(probe),
    cut === null ? '' : `a cut reply ends with ${cut.finish_reason || 'no finish_reason'}`,
    earlier.length > 0 ? `earlier answers stand in ${earlier.join(', ')} and are read there` : '',
  ]
    .filter((part) => part !== '')
    .join('; ')
}

/** What a probe found: facts, with what they mean for the run below them, then what speaks against it. */
export function formatProbe(arm: Arm, probe: Probe): string {
  const table = plainTable(['probe', probe.arm])
  for (const [what, found, means] of rowsOf(arm, probe))
    table.push([what, printable(found) + (means === '' ? '' : `\n  ${means}`)])
  const findings = probe.findings.map(({ level, code, text }) => `${level}: ${printable(text)} (${code})`)
  return [table.toString(), ...findings].join('\n')
}

type Row = [what: string, found: string, means: string]

function rowsOf(arm: Arm, probe: Probe): Row[] {
  const { served, spend } = probe
  const software = [served.software, served.version].filter(Boolean).join(' ')
  return [
    ['asked', `${probe.model}, ${probe.mode}, endpoint ${probe.endpoint}`, ''],
    [
      'answered',
      [served.model || 'no model named', software, served.provider].filter(Boolean).join(', '),
      '',
    ],
    ['reasoning', reasoningOf(probe), meaningOfReasoning(probe)],
    ['cut', ...cutRow(probe)],
    ['usage', ...usageRow(probe)],
    ['context', ...contextRow(arm, probe)],
    ['n', takenWord(probe.n, 'two choices came'), 'samples are asked one by one, whatever it does'],
    ['seed', ...seedRow(arm, probe)],
    ['top_k', takenWord(probe.top_k, 'it has effect'), parameterMeaning('top_k', arm)],
    ['min_p', takenWord(probe.min_p, 'it has effect'), parameterMeaning('min_p', arm)],
    ['stream', ...streamRow(probe)],
    [
      'spent',
      `${spend.requests} requests, ${spend.prompt_tokens} + ${spend.completion_tokens} tokens`,
      'in the ledger under probe',
    ],
  ]
}

function reasoningOf({ mode, reasoning }: Probe): string {
  const { state, places, answer_in_reasoning } = reasoning
  const where = places.join(' and ')
  if (mode === 'thinking') {
    if (state === 'reasoned') return `reasoning comes in ${where}`
    if (state === 'hidden') return 'reasoning is counted and not shown'
    return state === 'none' ? 'no reasoning came' : 'it cannot be told where reasoning comes'
  }
  if (answer_in_reasoning) return `off is obeyed, the answer comes in ${where}`
  if (state === 'none') return 'off is obeyed'
  if (state === 'unclear') return 'it cannot be told whether off is obeyed'
  return `off is not obeyed: reasoning ${state === 'hidden' ? 'is counted and not shown' : `comes in ${where}`}`
}

function meaningOfReasoning({ contract, earlier }: Probe): string {
  if (contract === null) return 'responses are read by what they look like'
  if (contract.reasoning_in.length === 0)
    return contract.answer_in_reasoning
      ? 'the answer is read from there; what reasons is set aside'
      : 'what reasons is set aside'
  const before = earlier.length > 0 ? ` (${earlier.join(', ')} from an earlier probe)` : ''
  return `read there, what stands elsewhere is set aside${before}`
}

function cutRow({ cut }: Probe): [string, string] {
  if (cut === null) return ['no reply met its limit', '']
  const { finish_reason, content, finish_state } = cut
  return [`finish_reason ${finish_reason || 'missing'}, content ${content}`, `counts as ${finish_state}`]
}

function usageRow({ usage }: Probe): [string, string] {
  if (!usage.given) return ['missing', 'tokens and cost are not counted']
  const counts = { true: 'counts reasoning', false: 'leaves reasoning out', null: 'given' }
  const named = usage.names_reasoning ? ', names it apart' : ''
  return [`${counts[`${usage.counts_reasoning}`]}${named}`, '']
}

function contextRow(arm: Arm, { context, depth }: Probe): [string, string] {
  if (context === null) return [depth === 'quick' ? 'not asked' : 'not told', '']
  const max = arm.sampling.max_tokens ?? 0
  const left = context.tokens - max
  const [tokens, limit, rest] = [context.tokens, max, left].map((each) => each.toLocaleString('en'))
  const from = context.from === 'refusal' ? ' (by its refusal)' : ''
  return [
    `${tokens} tokens${from}`,
    `max_tokens ${limit} leaves ${left > 0 ? rest : 'nothing'} for the prompt`,
  ]
}

function seedRow({ samples }: Arm, { seed }: Probe): [string, string] {
  if (seed === null) return ['not asked', '']
  const same = seed.same === null ? '' : `same seed, ${seed.same ? 'same' : 'another'} text`
  const other = seed.other === null ? '' : `other seed, ${seed.other ? 'another' : 'same'} text`
  const means =
    seed.other === false && samples > 1
      ? 'samples may be copies'
      : seed.same === true
        ? 'an answer can be had again'
        : 'an answer cannot be had again'
  return [[same, other].filter(Boolean).join('; ') || 'cannot be told', means]
}

function parameterMeaning(name: 'top_k' | 'min_p', { sampling }: Arm): string {
  return sampling[name] === null ? 'the arm states none' : `the arm states ${sampling[name]}`
}

function streamRow({ stream, depth }: Probe): [string, string] {
  if (stream === null) return [depth === 'quick' ? 'not asked' : 'not streamed', '']
  if (!stream.events) return ['one body in place of a stream', 'read all the same']
  const parts = [
    `finish_reason ${stream.finish_reason || 'missing'}`,
    stream.usage ? 'usage at the end' : 'no usage',
    stream.done_mark ? '[DONE]' : 'no [DONE]',
  ]
  return [parts.join(', '), stream.finish_reason === '' ? 'every answer would count as broken off' : '']
}

function takenWord(taken: Taken | null, effect: string): string {
  if (taken === null) return 'not asked'
  return {
    taken: effect,
    no_effect: 'taken without effect',
    refused: 'refused',
    unknown: 'cannot be told',
  }[taken]
}
