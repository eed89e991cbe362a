import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A template of turns in the manner of ChatML, which takes reasoning from its own field and marks what is trained. */
const template = `{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' }}
{%- if message.role == 'assistant' %}
{%- generation %}
{%- if message.reasoning_content %}{{ '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' }}{% endif %}
{{- message.content + '<|im_end|>' }}
{%- endgeneration %}
{{- '\\n' }}
{%- else %}
{{- message.content + '<|im_end|>\\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`

/** A folder with the files of a student that has a chat template of its own, which begins every text with `head`. */
export async function studentFolder(parent: string, head = ''): Promise<string> {
  const folder = join(parent, 'student')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'chat_template.jinja'), `${head}${template}`)
  await writeFile(join(folder, 'tokenizer_config.json'), '{"eos_token": "<|im_end|>"}')
  return folder
}
