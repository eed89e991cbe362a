import { randomUUID } from 'node:crypto'

/** The tokens that open the chunk store for some minutes; the Hub's own token never goes there. */
export type XetTokens = ReturnType<typeof xetTokens>

export function xetTokens(now: () => number) {
  const issued = new Map<string, number>()
  return {
    /** `expires` in seconds of Unix time. */
    issue(): { token: string; expires: number } {
      const token = `xet_${randomUUID()}`
      const expires = Math.floor(now() / 1000) + 900
      issued.set(token, expires)
      return { token, expires }
    },
    isValid(authorization: string | undefined): boolean {
      const token = authorization?.replace(/^Bearer /, '') ?? ''
      return (issued.get(token) ?? 0) * 1000 > now()
    },
  }
}
