import { type Dialect, onlyTheDefault, threeEfforts } from './dialect.ts'

/**
 * Azure OpenAI and Foundry: the key in a header of its own, the name of a deployment as model. A base URL that ends with
 * `/v1` or `/models` is asked as it is; below `/openai` of the older interface, which wants an `api_version`, each
 * deployment has an address of its own.
 */
export const azure = {
  name: 'azure',
  label: 'Azure',
  parameters: ['temperature', 'top_p', 'presence_penalty'],
  others: "the deployment's own values apply",
  efforts: threeEfforts,
  seed: true,
  streams: false,
  queues: false,
  namesOwnModels: true,
  address: {
    keyHeader: 'api-key',
    chatPath: (model, baseUrl) =>
      /\/(?:v1|models)\/*$/u.test(baseUrl)
        ? '/chat/completions'
        : `/deployments/${encodeURIComponent(model)}/chat/completions`,
  },
  thinking: onlyTheDefault,
} as const satisfies Dialect
