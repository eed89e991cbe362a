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
