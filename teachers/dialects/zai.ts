import { type Dialect, makersInterface, typedThinking } from './dialect.ts'

/** The interface of GLM's makers. It refuses `stream_options` and has no seed. Source: docs.z.ai, capabilities/thinking. */
export const zai = {
  name: 'zai',
  label: 'Z.ai and BigModel',
  ...makersInterface,
  streamOptions: false,
  thinking: typedThinking,
} as const satisfies Dialect
