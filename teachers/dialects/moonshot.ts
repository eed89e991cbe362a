import { type Dialect, makersInterface, typedThinking } from './dialect.ts'

/** The interface of Kimi's makers. It counts the tokens of a stream inside of the choice. Source: platform.kimi.ai, api/models-overview. */
export const moonshot = {
  name: 'moonshot',
  label: 'Moonshot',
  ...makersInterface,
  thinking: typedThinking,
} as const satisfies Dialect
