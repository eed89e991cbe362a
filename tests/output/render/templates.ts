/** Small chat templates of our own, one for each thing that templates of models do with reasoning. */
const turn = (assistant: string, prompt = '[model]'): string =>
  `{%- for message in messages -%}
{%- if message.role == 'assistant' -%}${assistant}{%- else -%}[{{ message.role }}]{{ message.content }}[end]{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}${prompt}{%- endif -%}`

export const templates = {
  /** Knows nothing of reasoning. */
  plain: turn('[model]{{ message.content }}[end]'),
  /** Deletes everything before the closing tag, and begins the block in the generation prompt. */
  deleting: turn(`[model]{{ message.content.split('</think>')[-1] }}[end]`, `{{ '[model]<think>\\n' }}`),
  /** Takes an inline block apart and writes it again; reads a field as well. A switch changes the generation prompt. */
  taking: turn(
    `{%- set content = message.content -%}{%- set thought = '' -%}
{%- if message.reasoning_content is string -%}{%- set thought = message.reasoning_content -%}
{%- elif '</think>' in content -%}
{%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') -%}
{%- set content = content.split('</think>')[-1].lstrip('\\n') -%}{%- endif -%}
{%- if loop.last -%}{{ '[model]<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content + '[end]' }}
{%- else -%}{{ '[model]' + content + '[end]' }}{%- endif -%}`,
    `{{ '[model]' }}{%- if enable_thinking is defined and enable_thinking is false -%}{{ '<think>\\n\\n</think>\\n\\n' }}{%- endif -%}`,
  ),
  /** Writes reasoning into a channel of its own, from a field that is not the usual one. */
  channels: turn(
    `{%- if message.thinking -%}[model to self]{{ message.thinking }}[end]{%- endif -%}[model to user]{{ message.content }}[end]`,
  ),
  /** The same with a switch that every text shows, and marks what is trained. */
  switched: `{%- set enable_thinking = enable_thinking | default(false) -%}[mode {{ enable_thinking }}]${turn(
    `[model]{%- generation -%}{%- if message.reasoning_content -%}(({{ message.reasoning_content }})){%- endif -%}{{ message.content }}[end]{%- endgeneration -%}`,
  )}`,
  /** Raises where the roles do not alternate. */
  strict: `{%- if messages[0].role != 'user' -%}{{ raise_exception('the first message is from the user') }}{%- endif -%}${turn('[model]{{ message.content }}[end]')}`,
  endless: turn(
    `{%- for i in range(100000) -%}{%- for j in range(100000) -%}{%- set x = i + j -%}{%- endfor -%}{%- endfor -%}`,
  ),
} as const
