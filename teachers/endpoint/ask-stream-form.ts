import type { ChatRequest } from '../../schemas/arm.ts'
import { emptyBill } from '../../schemas/bill.ts'
import { billOf } from '../cost/bill.ts'
import { billedTry } from '../cost/billed-tokens.ts'
import { readStreamForm } from '../probe/stream-form.ts'
import { withSample } from '../request/build-request.ts'
import type { EndpointClient } from './endpoint-client.ts'
import type { Session } from './session.ts'

/** Asks once for a streamed answer, under a reservation, and says how it came. */
export async function askStreamForm(
  { transport, options }: Session,
  request: ChatRequest,
  { seed, signal, onSend, reserve, arm }: Parameters<EndpointClient['streamForm']>[1],
): ReturnType<EndpointClient['streamForm']> {
  const sent = withSample(request, options.dialect, { seed, stream: true })
  const reservation = await reserve?.(sent)
  let bill = emptyBill()
  try {
    await onSend?.()
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(options.deadline_seconds * 1000)])
    const streamed = await readStreamForm(transport, sent, deadline)
    const billed = billedTry(streamed.body, sent, { answered: true, arm })
    bill = billOf([{ ms: 0, status: 200, error: '', ...billed }], streamed.body)
    return { ...streamed, billed }
  } finally {
    reservation?.settle(bill)
  }
}
