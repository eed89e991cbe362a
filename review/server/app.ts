import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { TwinstillError } from '../../schemas/errors.ts'
import { RejectReason } from '../../schemas/review.ts'
import { page } from '../view/page.ts'
import { pairView } from '../view/pair-view.ts'
import { blockView } from '../view/thought-view.ts'
import { keys } from '../view/keys.ts'
import type { Assets } from './assets.ts'
import { guard, safeHeaders, type Guard } from './guard.ts'
import type { Student } from '../pairs/student.ts'
import { studentView } from '../view/student-view.ts'
import type { Session } from './session.ts'

const ActBody = z.strictObject({
  pair_id: z.string().max(100),
  verdict: z.enum(['accept', 'reject']).optional(),
  reason: RejectReason.optional(),
  note: z.string().max(10_000).optional(),
  flag: z.boolean().optional(),
  seconds: z.number().nonnegative().max(1e6).optional(),
})
const ReviewerName = z.string().trim().min(1).max(80)

/** The pages and calls of a review; what it is asked over is the caller's matter. */
export function reviewApp(
  session: Session,
  { assets, student, ...allowed }: Guard & { assets: Assets; student?: Student | undefined },
): Hono {
  const app = new Hono()
  const overviewOf = async (reviewer: string) => ({ ...(await session.overview(reviewer)), keys })
  app.use(async (context, next) => {
    await next()
    if (!context.res.headers.has('content-security-policy'))
      for (const [name, value] of Object.entries(safeHeaders(nonce()))) context.res.headers.set(name, value)
  })
  app.use(guard(allowed))
  app.use(bodyLimit({ maxSize: 64 * 1024 }))
  app.onError((error, context) => {
    if (error instanceof TwinstillError) return context.text(error.message, 500)
    throw error
  })

  app.get('/', (context) => {
    const own = nonce()
    return context.html(page(own), 200, safeHeaders(own))
  })
  for (const [path, { type, body }] of Object.entries(assets))
    app.get(path, (context) => context.body(body, 200, { 'content-type': type }))

  app.use('/api/*', (_context, next) => session.answering(next))
  app.get('/api/overview', async (context) => {
    const name = reviewerOf(context.req.header('x-reviewer'))
    if (name === undefined) return context.text('who are you?', 400)
    return context.json(await overviewOf(name))
  })
  app.get('/api/pair', async (context) => {
    const seen = await session.see(
      context.req.query('id') ?? '',
      reviewerOf(context.req.header('x-reviewer')) ?? '',
    )
    if (!seen) return context.text('no such pair in the sample', 404)
    const { pair, drawn, ...rest } = seen
    return context.html(pairView(pair, { ...rest, ...drawn, isRaw: context.req.query('raw') === '1' }))
  })
  app.get('/api/block', async (context) => {
    const seen = await session.see(context.req.query('id') ?? '', '')
    const answer = seen?.pair.answers[Number(context.req.query('arm'))]
    if (!answer) return context.text('no such answer', 404)
    return context.html(
      blockView(answer, Number(context.req.query('block')), context.req.query('raw') === '1'),
    )
  })
  app.get('/api/student', async (context) => {
    const seen = await session.see(context.req.query('id') ?? '', '')
    if (!seen) return context.text('no such pair in the sample', 404)
    const texts = student && { name: student.name, texts: await student.read(seen.pair) }
    return context.html(studentView(seen.pair, texts))
  })
  app.get('/api/search', async (context) => {
    const text = (context.req.query('text') ?? '').slice(0, 200)
    return context.json({ ids: text === '' ? null : await session.search(text) })
  })
  app.post('/api/act', async (context) => {
    const reviewer = reviewerOf(context.req.header('x-reviewer'))
    const body = ActBody.safeParse(await context.req.json().catch(() => undefined))
    if (reviewer === undefined || !body.success) return context.text('no act of a reviewer', 400)
    const isKnown = await session.act({ ...body.data, reviewer })
    return isKnown ? context.json(await overviewOf(reviewer)) : context.text('no such pair', 404)
  })
  app.post('/api/undo', async (context) => {
    const reviewer = reviewerOf(context.req.header('x-reviewer'))
    if (reviewer === undefined) return context.text('who are you?', 400)
    const pair = await session.undo(reviewer)
    return context.json({ pair: pair ?? null, overview: await overviewOf(reviewer) })
  })
  return app
}

/** Headers hold Latin letters only, so the name comes encoded. */
function reviewerOf(header: string | undefined): string | undefined {
  try {
    return ReviewerName.safeParse(decodeURIComponent(header ?? '')).data
  } catch {
    // A broken encoding is no name.
    return undefined
  }
}

function nonce(): string {
  return randomBytes(18).toString('base64')
}
