import { threeEfforts, type Dialect, onlyTheDefault } from './dialect.ts'

/** What every compatible server understands. OpenAI itself answers 400 to any field it does not know. */
export const openai = {
  name: 'openai',
  label: 'plain OpenAI',
  parameters: ['temperature', 'top_p', 'presence_penalty'],
  others:
    "the server's own values apply; if it is another server than OpenAI's, set the endpoint's dialect to it",
  efforts: threeEfforts,
  seed: true,
  streams: false,
  queues: false,
  thinking: onlyTheDefault,
} as const satisfies Dialect
