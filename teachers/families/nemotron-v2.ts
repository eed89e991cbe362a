import type { Family } from './family.ts'
import { nemotron } from './nemotron.ts'

/** The Nemotron models that obey `/think` and `/no_think` in the system message. Source: the model cards and docs.nvidia.com, rag/enable-nemotron-thinking. */
export const nemotronV2: Family = {
  ...nemotron,
  name: 'nemotron-v2',
  label: 'Nemotron Nano v2 and Super v1.5',
  thinkingSwitch: {
    kind: 'system_message',
    words: { thinking: '/think', non_thinking: '/no_think' },
  },
  systemRefused: 'its thinking switch is the system message',
  weightsLicense: 'NVIDIA Open Model License',
}
