import { createHmac, randomUUID } from 'node:crypto'

/** What an upload or download URL allows. `upload` and `part` are set for parts of an upload only. */
export type Grant = {
  action: 'put-object' | 'put-part' | 'complete-multipart' | 'get-object'
  oid: string
  size: number
  upload?: string
  part?: number
}

export type SignedUrls = ReturnType<typeof signedUrls>

/**
 * URLs of the object store that carry their own permission, as S3 presigned URLs do. Each is made with a nonce, so that two for
 * the same object are two. `seconds` until it expires; `uses` is how often an upload URL can be used.
 */
export function signedUrls(origin: string, now: () => number, limits: { seconds?: number; uses?: number }) {
  const seconds = limits.seconds ?? 3600
  const uses = limits.uses ?? Infinity
  const used = new Map<string, number>()
  const expired = new Set<string>()

  return {
    make(grant: Grant): string {
      const query = new URLSearchParams({
        action: grant.action,
        size: String(grant.size),
        ...(grant.upload === undefined ? {} : { upload: grant.upload }),
        ...(grant.part === undefined ? {} : { part: String(grant.part) }),
        expires: String(now() + seconds * 1000),
        nonce: randomUUID(),
      })
      query.set('signature', sign(grant.oid, query))
      return `${origin}/objects/${grant.oid}?${query.toString()}`
    },
    /** What the URL allows, or why it allows nothing. Counts as a use. */
    check(url: URL, action: Grant['action']): Grant | 'expired' | 'wrong signature' {
      const query = new URLSearchParams(url.search)
      const oid = url.pathname.slice('/objects/'.length)
      const signature = query.get('signature')
      query.delete('signature')
      if (signature !== sign(oid, query) || query.get('action') !== action) return 'wrong signature'
      const nonce = query.get('nonce')!
      const count = (used.get(nonce) ?? 0) + 1
      used.set(nonce, count)
      if (Number(query.get('expires')) <= now() || expired.has(nonce)) return 'expired'
      if (action !== 'get-object' && count > uses) return 'expired'
      const upload = query.get('upload')
      const part = query.get('part')
      return {
        action,
        oid,
        size: Number(query.get('size')),
        ...(upload === null ? {} : { upload }),
        ...(part === null ? {} : { part: Number(part) }),
      }
    },
    /** Lets the URL expire now. */
    expire(url: URL): void {
      expired.add(url.searchParams.get('nonce') ?? '')
    },
  }
}

/** Guards against URLs that a client puts together itself; the key is no secret, nor is what it guards. */
function sign(oid: string, query: URLSearchParams): string {
  return createHmac('sha256', 'local hub').update(`${oid}?${query.toString()}`).digest('hex')
}
