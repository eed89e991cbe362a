import { badAnswer, HubError, shown } from '../client/error.ts'

/** An object store takes no more: docs.aws.amazon.com, limits of multipart uploads. */
const mostParts = 10_000

type Batch = {
  objects?: {
    size?: number
    error?: { code?: number; message?: string }
    actions?: { upload?: { header?: Record<string, string> } }
  }[]
}

/**
 * Looks at the Hub's answer to what is to be uploaded before @huggingface/hub does, which hangs or ends the process on an
 * answer with an error for one object or a wrong number of parts.
 *
 * @throws HubError that the call may be repeated after
 */
export function checkBatch(text: string): void {
  for (const { size = 0, error, actions } of (JSON.parse(text) as Batch).objects ?? []) {
    if (error)
      throw new HubError(shown(error.message ?? 'no reason given'), {
        call: 'api',
        status: error.code ?? 500,
      })
    const header = actions?.upload?.header
    const partSize = Number(header?.['chunk_size'])
    if (!header || !(partSize > 0)) continue
    const parts = Object.keys(header).filter((key) => /^\d+$/u.test(key)).length
    if (parts > mostParts) throw new HubError(`${parts} parts for one file`, { call: 'api', code: badAnswer })
    if (parts !== Math.ceil(size / partSize))
      throw new HubError(`${parts} parts for ${size} bytes in parts of ${partSize}`, {
        call: 'api',
        status: 502,
      })
  }
}
