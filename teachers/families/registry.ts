import { UsageError } from '../../schemas/errors.ts'
import { deepseekR1 } from './deepseek-r1.ts'
import { deepseekR10528 } from './deepseek-r1-0528.ts'
import { deepseekV3 } from './deepseek-v3.ts'
import { deepseekV4 } from './deepseek-v4.ts'
import { generic } from './generic.ts'
import { gptOss } from './gpt-oss.ts'
import { nemotron } from './nemotron.ts'
import { qwen3 } from './qwen3.ts'
import { qwen32507 } from './qwen3-2507.ts'
import { qwen35 } from './qwen3.5.ts'
import { qwen3Instruct2507 } from './qwen3-instruct-2507.ts'
import { qwen3Thinking2507 } from './qwen3-thinking-2507.ts'
import { qwq } from './qwq.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import { glm } from './glm.ts'
import { kimiK2Thinking } from './kimi-k2-thinking.ts'
import { kimiK25 } from './kimi-k2.5.ts'
import { minimaxM2 } from './minimax-m2.ts'
import { minimaxM3 } from './minimax-m3.ts'
import { magistral } from './magistral.ts'
import { mistral } from './mistral.ts'
import { gemma3 } from './gemma-3.ts'
import { gemma4 } from './gemma-4.ts'
import { commandAReasoning } from './command-a-reasoning.ts'
import { granite } from './granite.ts'
import { exaone4 } from './exaone-4.ts'
import { exaoneDeep } from './exaone-deep.ts'
import { hunyuan } from './hunyuan.ts'
import { ernie45Thinking } from './ernie-4.5-thinking.ts'
import { seedOss } from './seed-oss.ts'
import { nemotronV2 } from './nemotron-v2.ts'
import { nemotron3 } from './nemotron-3.ts'
import { phi4Reasoning } from './phi-4-reasoning.ts'
import { olmo3 } from './olmo-3.ts'
import { smollm3 } from './smollm3.ts'
import { qwen3Next } from './qwen3-next.ts'
import { gpt5 } from './gpt-5.ts'
import { claude } from './claude.ts'
import { gemini } from './gemini.ts'
import type { Family } from './family.ts'

/** Every family a recipe can name. A further one is a file in `families/` and a line here. */
export const families: readonly Family[] = [
  gptOss,
  deepseekR1,
  deepseekR10528,
  deepseekV3,
  deepseekV4,
  qwen3,
  qwen32507,
  qwen3Thinking2507,
  qwen3Instruct2507,
  qwen35,
  qwq,
  nemotron,
  glm,
  kimiK2Thinking,
  kimiK25,
  minimaxM2,
  minimaxM3,
  magistral,
  mistral,
  gemma3,
  gemma4,
  commandAReasoning,
  granite,
  exaone4,
  exaoneDeep,
  hunyuan,
  ernie45Thinking,
  seedOss,
  nemotronV2,
  nemotron3,
  phi4Reasoning,
  olmo3,
  smollm3,
  qwen3Next,
  gpt5,
  claude,
  gemini,
  generic,
]

/**
 * The family of this name.
 * @throws UsageError that lists the known names and says which one is nearest
 */
export function findFamily(name: string): Family {
  const family = families.find((each) => each.name === name)
  if (family !== undefined) return family
  const names = families.map((each) => each.name)
  const nearest = nearestName(name, names)
  const hint = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
  throw new UsageError(
    `no teacher is called ${JSON.stringify(name)}: ${hint}known teachers are ${names.join(', ')}`,
  )
}
