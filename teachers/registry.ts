import { UsageError } from '../schemas/errors.ts'
import { deepseekR1 } from './families/deepseek-r1.ts'
import { deepseekR10528 } from './families/deepseek-r1-0528.ts'
import { deepseekV3 } from './families/deepseek-v3.ts'
import { generic } from './families/generic.ts'
import { gptOss } from './families/gpt-oss.ts'
import { qwen3 } from './families/qwen3.ts'
import { qwen3Instruct2507 } from './families/qwen3-instruct-2507.ts'
import { qwen3Thinking2507 } from './families/qwen3-thinking-2507.ts'
import { qwq } from './families/qwq.ts'
import { nearestName } from '../schemas/nearest-name.ts'
import type { Teacher } from './teacher.ts'

/** Every family a recipe can name. A further one is a file in `families/` and a line here. */
export const teachers: readonly Teacher[] = [
  gptOss,
  deepseekR1,
  deepseekR10528,
  deepseekV3,
  qwen3,
  qwen3Thinking2507,
  qwen3Instruct2507,
  qwq,
  generic,
]

/**
 * The family of this name.
 * @throws UsageError that lists the known names and says which one is nearest
 */
export function findTeacher(name: string): Teacher {
  const teacher = teachers.find((each) => each.name === name)
  if (teacher !== undefined) return teacher
  const names = teachers.map((each) => each.name)
  const nearest = nearestName(name, names)
  const hint = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
  throw new UsageError(
    `no teacher is called ${JSON.stringify(name)}: ${hint}known teachers are ${names.join(', ')}`,
  )
}
