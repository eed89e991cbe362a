import { recommended, type Family } from './family.ts'

/** EXAONE Deep, which always reasons, in `<thought>`. Source: github.com/LG-AI-EXAONE/EXAONE-Deep, README. */
export const exaoneDeep: Family = {
  name: 'exaone-deep',
  label: 'EXAONE Deep',
  sampling: recommended('thinking', { temperature: 0.6, top_p: 0.95 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  charactersPerToken: 3.16,
  systemRefused: 'its authors ask for every instruction in the user message',
  weightsLicense: 'EXAONE AI Model License 1.1 NC, not for commercial use',
}
