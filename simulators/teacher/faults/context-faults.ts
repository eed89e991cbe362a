import type { Fault, FaultContext } from './fault.ts'

type Wording = (numbers: { context: number; prompt: number; completion: number }) => unknown

/** A refusal of the request's length in the words of one server. */
function contextFault(name: string, wording: Wording, status = 400): Fault {
  return {
    name,
    status,
    respond({ response, options, promptTokens, maxTokens }: FaultContext) {
      const body = wording({ context: options.context_length, prompt: promptTokens, completion: maxTokens })
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    },
  }
}

export const contextVllm = contextFault('context_vllm', ({ context, prompt, completion }) => ({
  error: {
    message:
      `'max_tokens' or 'max_completion_tokens' is too large: ${completion}. This model's maximum context length is ` +
      `${context} tokens and your request has ${prompt} input tokens.`,
    type: 'BadRequestError',
    param: null,
    code: 400,
  },
}))

export const contextVllmOld = contextFault('context_vllm_old', ({ context, prompt, completion }) => ({
  object: 'error',
  message:
    `This model's maximum context length is ${context} tokens. However, you requested ${prompt + completion} tokens ` +
    `(${prompt} in the messages, ${completion} in the completion). Please reduce the length of the messages or completion.`,
  type: 'BadRequestError',
  param: null,
  code: 400,
}))

export const contextOpenai = contextFault('context_openai', ({ context, prompt, completion }) => ({
  error: {
    message:
      `This model's maximum context length is ${context} tokens. However, you requested ${prompt + completion} tokens ` +
      `(${prompt} in the messages, ${completion} in the completion).`,
    type: 'invalid_request_error',
    param: 'messages',
    code: 'context_length_exceeded',
  },
}))

export const contextSglang = contextFault('context_sglang', ({ context, prompt, completion }) => ({
  object: 'error',
  message:
    `Requested token count exceeds the model's maximum context length of ${context} tokens. You requested a total of ` +
    `${prompt + completion} tokens: ${prompt} tokens from the input messages and ${completion} tokens for the completion.`,
  type: 'BadRequestError',
  param: null,
  code: 400,
}))

export const contextLlamaCpp = contextFault('context_llama_cpp', ({ context, prompt }) => ({
  error: {
    code: 400,
    message: 'the request exceeds the available context size, try increasing it',
    type: 'exceed_context_size_error',
    n_prompt_tokens: prompt,
    n_ctx: context,
  },
}))

export const contextOllama = contextFault('context_ollama', () => ({
  error: 'the input length exceeds the context length',
}))
