import type { Exchange } from '../http/exchange.ts'

/** One page of the items and the header that leads to the next: an absolute address, as the Hub's clients want it. */
export function nextPage<Item>(
  exchange: Exchange,
  items: readonly Item[],
  usual: number,
): { items: Item[]; headers: Record<string, string> } {
  const { hub, url } = exchange
  const limit = Number(url.searchParams.get('limit') ?? 0)
  const asked = Number.isInteger(limit) && limit > 0 ? limit : usual
  const most = exchange.pageSize ?? hub.pageSize
  const size = most === undefined ? asked : Math.min(asked, most)
  const start = cursorPosition(url.searchParams.get('cursor'))
  const end = start + size
  if (end >= items.length) return { items: items.slice(start), headers: {} }
  const next = new URL(`${hub.url}${url.pathname}${url.search}`)
  next.searchParams.set('cursor', Buffer.from(JSON.stringify({ from: end })).toString('base64url'))
  return { items: items.slice(start, end), headers: { link: `<${next.href}>; rel="next"` } }
}

function cursorPosition(cursor: string | null): number {
  if (cursor === null) return 0
  return (JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as { from: number }).from
}
