/** What has to become of an attempt that a fault hits. */
export type Expected =
  /** The attempt fails with this code and the sample is asked again; the second code is that of a stream. */
  | { fate: 'again'; code: string; streamed?: string }
  /**
   * The sample ends: the finish state of its trace, and the ledger's reason with the stage that loses it. The attempt has
   * the code of the trace unless it is said to have another.
   */
  | {
      fate: 'ends'
      code: string
      attempt?: string
      finish: string
      lost: { stage: 'answered' | 'parsed' | 'kept'; reason: string }
    }
  /** The answer is as good as without it. */
  | { fate: 'fine' }
  /** Reasoning stands where the probe did not find any: an answer that has some is set aside. */
  | { fate: 'moves' }
  /** The run stops with exit code 3 and goes on when it is started again. */
  | { fate: 'stops' }

/** What has to become of an attempt that the teacher answered so; without a fault it is fine. */
export function expectedOf(fault: string | null): Expected {
  if (fault === null) return { fate: 'fine' }
  const expected = expectedFaults[fault]
  if (expected === undefined)
    throw new Error(`no line of the table says what should become of ${fault}: add one`)
  return expected
}

const context: Expected = {
  fate: 'ends',
  code: 'context_length',
  finish: 'api_error',
  lost: { stage: 'answered', reason: 'context_length' },
}

const expectedFaults: Readonly<Record<string, Expected>> = {
  http_429: { fate: 'again', code: 'rate_limit' },
  http_429_long: { fate: 'again', code: 'rate_limit' },
  http_429_date: { fate: 'again', code: 'rate_limit' },
  http_429_bare: { fate: 'again', code: 'rate_limit' },
  http_500: { fate: 'again', code: 'http_500' },
  http_502: { fate: 'again', code: 'http_502' },
  http_503: { fate: 'again', code: 'http_503' },
  http_408: { fate: 'again', code: 'http_408' },
  insufficient_quota: { fate: 'stops' },
  http_402: { fate: 'stops' },
  http_403: {
    fate: 'ends',
    code: 'content_filter',
    finish: 'refusal',
    lost: { stage: 'answered', reason: 'content_filter' },
  },
  prompt_blocked: {
    fate: 'ends',
    code: 'content_filter',
    finish: 'refusal',
    lost: { stage: 'answered', reason: 'content_filter' },
  },
  http_422: {
    fate: 'ends',
    code: 'http_422',
    finish: 'api_error',
    lost: { stage: 'answered', reason: 'http_422' },
  },
  context_vllm: context,
  context_vllm_old: context,
  context_openai: context,
  context_sglang: context,
  context_llama_cpp: context,
  context_ollama: context,
  error_in_200: { fate: 'again', code: 'http_502' },
  html_in_200: { fate: 'again', code: 'html' },
  empty_body: { fate: 'again', code: 'bad_response' },
  cut_json: { fate: 'again', code: 'bad_response' },
  no_choices: { fate: 'again', code: 'no_choices' },
  null_content: { fate: 'ends', code: '', finish: 'empty', lost: { stage: 'parsed', reason: 'empty' } },
  usage_missing: { fate: 'fine' },
  usage_top_level: { fate: 'fine' },
  // The answer came and is of no use: the sample ends with a reason of its own, which no attempt shows.
  prompt_cut: {
    fate: 'ends',
    code: 'prompt_cut',
    attempt: '',
    finish: 'api_error',
    lost: { stage: 'answered', reason: 'prompt_cut' },
  },
  wrong_model: { fate: 'fine' },
  seed_ignored: { fate: 'fine' },
  reasoning_moved: { fate: 'moves' },
  content_filter: { fate: 'ends', code: '', finish: 'refusal', lost: { stage: 'kept', reason: 'refusal' } },
  insufficient_system_resource: { fate: 'again', code: 'broken_off' },
  no_response: { fate: 'again', code: 'connection' },
  connection_reset: { fate: 'again', code: 'connection', streamed: 'broken_stream' },
  reset_in_character: { fate: 'again', code: 'connection', streamed: 'broken_stream' },
  clean_end: { fate: 'again', code: 'bad_response', streamed: 'broken_stream' },
  error_event: { fate: 'again', code: 'connection', streamed: 'http_500' },
  slow_headers: { fate: 'fine' },
  keep_alive: { fate: 'fine' },
  // Paid for and lost; another start asks again, for the server may be faster then.
  stall: {
    fate: 'ends',
    code: 'timeout',
    finish: 'api_error',
    lost: { stage: 'answered', reason: 'timeout' },
  },
}
