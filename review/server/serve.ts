import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import { RunError } from '../../schemas/errors.ts'
import { reviewApp } from './app.ts'
import { loadAssets } from './assets.ts'
import type { Student } from '../pairs/student.ts'
import type { Session } from './session.ts'

export type ReviewServer = {
  /** With the token behind its `#`, which no browser sends on. */
  url: string
  close(): Promise<void>
}

/**
 * Serves a review on 127.0.0.1 and nowhere else.
 *
 * @param port 0 for any that is free
 * @param student whose chat template the texts are shown with
 * @throws RunError when the port is taken
 */
export async function serveReview(session: Session, port: number, student?: Student): Promise<ReviewServer> {
  const token = randomBytes(24).toString('base64url')
  const assets = await loadAssets()
  let app: ReturnType<typeof reviewApp> | undefined
  return new Promise((resolve, reject) => {
    const server = serve(
      // The host is known only when the port is.
      { fetch: (request) => app!.fetch(request), hostname: '127.0.0.1', port },
      ({ port: own }) => {
        const host = `127.0.0.1:${own}`
        app = reviewApp(session, { host, token, assets, student })
        resolve({
          url: `http://${host}/#token=${token}`,
          close: () =>
            new Promise((closed) => {
              server.close(() => closed())
              if ('closeAllConnections' in server) server.closeAllConnections()
            }),
        })
      },
    )
    server.on('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new RunError(`cannot listen on 127.0.0.1:${port} (${cause.code}); choose another port with --port`, {
          cause,
        }),
      ),
    )
  })
}
