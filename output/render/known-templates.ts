import type { Shape } from '../exports/shapes.ts'
import type { ShapeOutcome, TemplateOutcomes } from './template-table.ts'

/* The text templates that TRL 1.16.0 ships, by their names there: the shape to choose, then what becomes of reasoning
 * inline and in the fields reasoning_content, thinking and reasoning. `npm run test:readers` renders the templates of the
 * wheel and holds this against what it finds. */
const table: Readonly<
  Record<string, readonly [Shape | null, ShapeOutcome, ShapeOutcome, ShapeOutcome, ShapeOutcome]>
> = {
  cohere: ['inline', 'right', 'lost', 'lost', 'lost'],
  cohere2: ['inline', 'right', 'lost', 'lost', 'lost'],
  cohere2_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  cohere_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  deepseek_r1_distill: [null, 'lost', 'lost', 'lost', 'lost'],
  deepseek_r1_distill_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  deepseekv3: [null, 'lost', 'lost', 'lost', 'lost'],
  deepseekv3_training: [null, 'lost', 'lost', 'lost', 'lost'],
  diffusion_gemma: ['reasoning_content', 'misplaced', 'right', 'from_5_21', 'right'],
  diffusion_gemma_training: ['reasoning_content', 'misplaced', 'right', 'from_5_21', 'right'],
  gemma: ['inline', 'right', 'lost', 'lost', 'lost'],
  gemma3: ['inline', 'right', 'lost', 'lost', 'lost'],
  gemma3_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  gemma4: ['inline', 'right', 'lost', 'lost', 'lost'],
  gemma4_v2: ['inline', 'right', 'lost', 'lost', 'lost'],
  gemma4_v3: ['inline', 'right', 'lost', 'lost', 'lost'],
  gemma4_v4: ['inline', 'right', 'lost', 'lost', 'lost'],
  gemma4_v5: ['reasoning_content', 'misplaced', 'right', 'from_5_21', 'right'],
  gemma_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  glm4moe: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  glm4moe_training: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  gptoss: ['thinking', 'misplaced', 'from_5_21', 'right', 'from_5_21'],
  gptoss_training: ['thinking', 'misplaced', 'from_5_21', 'right', 'from_5_21'],
  lfm2: ['inline', 'right', 'lost', 'lost', 'lost'],
  lfm2_2_5: ['thinking', 'misplaced', 'from_5_21', 'right', 'from_5_21'],
  lfm2_2_5_v2: ['reasoning_content', 'misplaced', 'right', 'right', 'right'],
  lfm2_2_5_vl: ['reasoning_content', 'misplaced', 'right', 'right', 'right'],
  lfm2_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  lfm2_v2: ['inline', 'right', 'lost', 'lost', 'lost'],
  lfm2_v2_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  llama3: ['inline', 'right', 'lost', 'lost', 'lost'],
  llama3_1: ['inline', 'right', 'lost', 'lost', 'lost'],
  llama3_2: ['inline', 'right', 'lost', 'lost', 'lost'],
  llama3_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  muse_glimmer: ['reasoning_content', 'misplaced', 'right', 'from_5_21', 'from_5_21'],
  muse_glimmer_training: ['reasoning_content', 'misplaced', 'right', 'from_5_21', 'from_5_21'],
  nemotron_3_5_lightning: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  nemotron_3_5_lightning_training: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  nemotron_3_nano: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  nemotron_3_nano_training: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  nemotron_3_super: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  nemotron_3_super_training: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  nemotron_3_ultra: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  nemotron_3_ultra_training: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  phi3: ['inline', 'right', 'lost', 'lost', 'lost'],
  phi3_5: ['inline', 'right', 'lost', 'lost', 'lost'],
  phi3_5_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  phi3_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  qwen2_5: ['inline', 'right', 'lost', 'lost', 'lost'],
  qwen2_5_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  qwen2_5_vl: ['inline', 'right', 'lost', 'lost', 'lost'],
  qwen2_5_vl_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  qwen3: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  qwen3_5_nothink: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  qwen3_5_nothink_training: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  qwen3_5_think: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  qwen3_5_think_training: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  qwen3_6: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  qwen3_6_training: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  qwen3_8: ['reasoning_content', 'misplaced', 'right', 'from_5_21', 'from_5_21'],
  qwen3_8_training: ['reasoning_content', 'misplaced', 'right', 'from_5_21', 'from_5_21'],
  qwen3_instruct_2507: ['inline', 'right', 'lost', 'lost', 'lost'],
  qwen3_instruct_2507_training: ['inline', 'right', 'lost', 'lost', 'lost'],
  qwen3_training: ['reasoning_content', 'right', 'right', 'from_5_21', 'from_5_21'],
  qwen3_vl: ['inline', 'right', 'lost', 'lost', 'lost'],
  qwen3_vl_training: ['inline', 'right', 'lost', 'lost', 'lost'],
}

/** Whose templates these are, for a reader of the card. */
export const knownTemplatesOf = 'TRL 1.16.0'

/** What is known of chat templates of model families; those ending in `_training` are TRL's own variants. */
export const knownTemplates: ReadonlyMap<string, TemplateOutcomes> = new Map(
  Object.entries(table).map(([name, [best, inline, reasoning_content, thinking, reasoning]]) => [
    name,
    { best, inline, reasoning_content, thinking, reasoning },
  ]),
)
