import { commitAt, readable } from '../access.ts'
import type { Call } from '../http/exchange.ts'
import { jsonReply } from '../http/reply.ts'
import { history } from '../store/repository.ts'
import { nextPage } from './pages.ts'
import { apiPath } from '../http/paths.ts'

/** The commits of a revision, newest first. */
export const commits: Call = {
  kind: 'commits',
  methods: ['GET'],
  path: apiPath('/commits/:revision'),
  answer(exchange) {
    const repository = readable(exchange)
    const all = [...history(repository, commitAt(repository, exchange.parameters['revision']!))]
    const { items, headers } = nextPage(exchange, all, 50)
    const rows = items.map(({ id, title, message, date, author }) => ({
      id,
      title,
      message,
      date,
      authors: [{ user: author, avatar: '' }],
    }))
    return jsonReply(rows, 200, { ...headers, 'x-total-count': String(all.length) })
  },
}
