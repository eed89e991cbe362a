import type { FinishState } from './trace.ts'
import type { VerdictValue } from './verdict.ts'

/**
 * Every reason code of the pipeline and the teachers, each declared here once with a sentence for its reader. Functions
 * that store or count a reason take these types, so an undeclared code cannot be written. Filters and verifiers
 * declare their reasons in their own files; `pipeline/stages/all-reasons.ts` puts all of them together, and
 * `docs/reasons.md` is made from that.
 *
 * A code with a variable part is declared as a pattern, with that part in capitals: `http_NNN`.
 */
type Sentences<Code extends string> = Readonly<Record<Code, string>>

/** A code that was read back from disk and that this version does not declare: another version wrote it. */
export type UndeclaredReason = string & { readonly isUndeclared: true }

/** A reason that a filter declares in its own file. */
export type FilterReason = string & { readonly isOfFilter: true }

/** Why a row of the problem source gives no problem. */
export const rowReasons = {
  bad_json: 'The line is not valid JSON in UTF-8.',
  bad_row: 'The line or record is not a row with named columns.',
  line_too_long: 'The line is longer than a row may be.',
  repeated_key: 'A key stands twice in one object of the row, so one of its values would be lost.',
  bad_text: 'A text holds half a character (a lone surrogate), which no UTF-8 file can store.',
  bad_value: 'A value of a column that is read cannot be given as it is stored.',
  missing_prompt: 'There is no prompt.',
  bad_prompt: 'The prompt is neither text nor one user message.',
  missing_answer: 'There is no reference answer.',
  bad_answer: 'The reference answer is neither text, number, boolean nor a list of those.',
  bad_choices: 'The options cannot be read.',
  answer_not_a_choice: 'The reference answer is none of the options.',
  ambiguous_answer: 'The reference answer may be read as two different options.',
  bad_task: 'The task is unknown.',
} as const
export type RowReason = keyof typeof rowReasons

/** Why the area or the format of a problem is `unknown` under `classify`. */
export const kindReasons = {
  no_domain: 'The source states no domain, no map has its name, and rules are switched off.',
  unmapped_domain:
    'The domain of the source is neither the name of an area nor in `classify.domains`, and no rule spoke.',
  no_rule: 'No column, map or task tells it, and no rule speaks of it.',
  options_missing: 'The problem speaks of options to choose from and shows none.',
  judge_undecided: 'The judge was asked and replied `unknown`.',
  judge_unreadable: 'The judge was asked, and its reply has none of the words that it may say.',
  judge_failed: 'The judge was asked and cannot answer this question.',
  judge_not_asked: 'It is for the judge to tell, and the turn of the problem under `select` has not come.',
} as const
export type KindReason = keyof typeof kindReasons

/** Why a trace of an imported source is not used. */
export const importReasons = {
  unreadable_row: 'The row cannot be read, or no column of it holds a trace.',
  no_id_or_prompt: 'The row says neither by id nor by prompt which problem it answers.',
  no_such_problem: 'No problem of the run has this id or prompt.',
  ambiguous_problem: 'Several problems of the run have this id or prompt.',
} as const
type ImportReason = keyof typeof importReasons

/** Why a request brought no answer. */
export const failureReasons = {
  timeout: 'No whole answer within `deadline_seconds`; asked again at the next start.',
  connection: 'The connection broke or was refused by its other end; asked again at the next start.',
  unreachable:
    'There is no server at the address, or none that can be reached; asked again at the next start.',
  rate_limit: 'The server asked for a wait more often than was waited for; asked again at the next start.',
  html: 'A web page came instead of an answer; asked again at the next start.',
  no_choices: 'A response came that holds no answer; asked again at the next start.',
  bad_response: 'The response cannot be read as JSON; asked again at the next start.',
  broken_stream:
    'The stream ended, or its connection broke, without its end mark; asked again at the next start.',
  broken_off: 'The server reported that it broke the answer off; asked again at the next start.',
  context_length: 'Prompt and `max_tokens` together are longer than the context of the server.',
  content_filter: 'A moderation filter refused the prompt.',
  request_too_large: 'The request alone is larger than the limit of the account for a minute.',
  parameter: 'The server does not take a field of the request.',
  prefill: 'The server does not let an answer be begun for it.',
  auth: 'The server refused the key.',
  not_found: 'The server does not know the address or the model.',
  tls: 'The certificate of the server is not accepted.',
  quota: 'The account has no credit, or a limit of it is reached.',
  refused: 'The endpoint was given up while the request was under way; asked again at the next start.',
  not_imported: 'The imported traces have none for this problem and index.',
  batch_expired: 'The batch ran out of time or was cancelled before the request was looked at; asked again.',
  http_NNN: 'The server refused with this status, after all retries where these can help.',
} as const
export type FailureReason = Exclude<keyof typeof failureReasons, 'http_NNN'> | `http_${number}`

/** Why a sample counts as unanswered although a response came. */
export const unusableReasons = {
  prompt_cut:
    'The server cut the prompt silently (it says that it read far fewer tokens than the prompt has), so it answered another question. Give the server a longer context and state another `revision` in the arm to ask again.',
} as const
export type UnusableReason = keyof typeof unusableReasons

/** How far a sample has come that is not finished. */
export const unfinishedReasons = {
  pending: 'The recipe, as it stands now, has not come this far yet.',
  in_batch: 'The request is on its way through a batch.',
  in_flight_or_cut_off: 'The request left and has no outcome: it is under way, or a kill cut it off.',
  failed: 'The request failed, and its shard is not sealed yet; the journal has the code of the failure.',
} as const
export type UnfinishedReason = keyof typeof unfinishedReasons

/** Why a response is set aside although it came: it breaks the reading rules of its arm, or is not understood. */
export const quarantineReasons = {
  quarantined_reasoning_place:
    'The reasoning stands elsewhere than the probe found it: the server, its version or its parser changed.',
  quarantined_reasoned_though_off: 'Thinking was off, the probe saw that obeyed, and this response reasons.',
  quarantined_answer_in_reasoning:
    'Thinking was off, and the text stands in the reasoning field, where the probe did not find answers.',
  quarantined_unknown_marks:
    'The answer opens with a block in marks that nobody knows, or has tokens of a chat template in it.',
  quarantined_thought_in_answer:
    'The answer opens in the manner of a thought, and nothing marks where the thought ends.',
  quarantined_hidden_reasoning: 'Thinking was off, and far more tokens were billed than the text has.',
  quarantined_unread_text: 'The message has text in a member that nothing reads.',
} as const
export type QuarantineReason = keyof typeof quarantineReasons

/** How a response ended; a loss at `parsed` is counted under it. */
export const finishReasons = {
  complete: 'The trace is complete.',
  cut_in_think: 'The token limit was reached inside the reasoning.',
  cut_in_answer: 'The token limit was reached inside the answer.',
  stop_in_think: 'The server reported a normal end, but there is only reasoning and no answer.',
  empty: 'The response holds no text.',
  refusal: 'The teacher or a moderation filter declined to answer.',
  tag_damaged: 'The think tags cannot be read in one way only.',
  unknown_end: 'The server ended with a word that nobody knows, so the answer may be cut.',
  api_error: 'No usable response came back.',
} as const satisfies Sentences<FinishState>

/** The possible results of checking an answer. */
export const verdictReasons = {
  correct: 'The answer is right.',
  incorrect: 'The answer differs from the reference answer.',
  undecided: 'The verifier could not tell; never counted as wrong.',
  no_answer: 'The trace has no final answer to check.',
  gold_unparseable: 'The reference answer is missing or cannot be read.',
  timeout: 'Checking took too long and was stopped; never counted as wrong.',
  error: 'The verifier failed on this answer; never counted as wrong.',
} as const satisfies Sentences<VerdictValue>

/** Why a problem got no further samples of an adaptive arm. */
export const samplingReasons = {
  enough: 'There are as many right and complete answers as the recipe wants.',
  given_up: 'Too few of the answers were right for more to be worth their price.',
  max: 'There are as many samples as there may be.',
  unchecked: 'Nothing can say whether the answers are right, so nothing says that more are needed.',
  interrupted: 'The server failed; the next start asks again.',
} as const
export type SamplingReason = keyof typeof samplingReasons

/** Why a problem is no pair, or a kept sample in none. */
export const pairReasons = {
  not_selected: 'Another sample of the arm stands for the pair.',
  no_arm_has_a_trace: 'No arm has a sample that was kept.',
  'missing_ARM+ARM': 'These arms have no sample that was kept, the others do.',
  rejected_by_review: 'A reviewer rejected the pair, and `write --withdraw reviews` took it out.',
  no_arm_is_correct: '`pair.require` is `any`, and no selected answer is correct.',
  beyond_selection:
    'A good pair beyond the number that `select.pairs` wants. It stays in the run, and a larger number takes it.',
  not_asked: 'The problem was not asked: its turn under `select` has not come.',
  awaits_budget: 'The problem was chosen to be asked and waits for more budget.',
} as const
export type PairReason = Exclude<keyof typeof pairReasons, 'missing_ARM+ARM'> | `missing_${string}`

/** What tokens were spent on that belong to no sample. */
export const tokenReasons = {
  repeated_tries: 'Tries that broke off, of samples that were answered by a later one.',
  classifying: 'What the judge of `classify` was asked about problems and replied.',
  judging: 'What judges were asked and replied.',
  probing: 'What probes asked the endpoints and were answered.',
  withdrawn:
    'Answers to problems that have left the problem set since; they are found again when the problems return.',
} as const
export type TokenReason = keyof typeof tokenReasons

/** Every reason that may be counted as a loss. */
export type Reason =
  | RowReason
  | ImportReason
  | FailureReason
  | UnusableReason
  | UnfinishedReason
  | QuarantineReason
  | FinishState
  | SamplingReason
  | PairReason
  | TokenReason
  | FilterReason
  | UndeclaredReason

/** Whether a code is declared; a pattern declares every code of its form. */
export function isDeclared(code: string, declared: Readonly<Record<string, string>>): boolean {
  return (
    Object.hasOwn(declared, code) ||
    (code.startsWith('http_') && Object.hasOwn(declared, 'http_NNN') && /^http_\d{3}$/u.test(code)) ||
    (code.startsWith('missing_') && Object.hasOwn(declared, 'missing_ARM+ARM'))
  )
}

/** A failure's code from a journal that another version may have written: it is kept unchanged. */
export function storedFailure(code: string): FailureReason | UndeclaredReason {
  return isDeclared(code, failureReasons) ? (code as FailureReason) : (code as UndeclaredReason)
}
