import { z } from 'zod'
import { commitAt, readable } from '../access.ts'
import { bodyText, parseJson } from '../http/exchange.ts'
import type { Call, Exchange } from '../http/exchange.ts'
import { Refusal } from '../http/refusal.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { apiPath } from '../http/paths.ts'
import { nextPage } from './pages.ts'
import { pathRows, treeRows } from './rows.ts'

/** The rows of a folder, a page at a time. */
export const tree: Call = {
  kind: 'tree',
  methods: ['GET'],
  path: apiPath('/tree/:revision(?:/:path)?'),
  answer: answerTree,
}

/** The rows of given paths; paths that do not exist are left out. */
export const pathsInfo: Call = {
  kind: 'paths-info',
  methods: ['POST'],
  path: apiPath('/paths-info/:revision'),
  answer: answerPathsInfo,
}

function answerTree(exchange: Exchange): Reply {
  const repository = readable(exchange)
  const commit = commitAt(repository, exchange.parameters['revision']!)
  const folder = (exchange.parameters['path'] ?? '').replace(/\/+$/, '')
  const expand = isTrue(exchange.url.searchParams.get('expand'))
  const recursive = isTrue(exchange.url.searchParams.get('recursive'))
  const rows = treeRows(repository, commit, folder, { recursive, expand })
  if (rows.length === 0 && folder !== '') {
    throw new Refusal(404, `${folder} does not exist on "${exchange.parameters['revision']}"`, {
      code: 'EntryNotFound',
    })
  }
  const { items, headers } = nextPage(exchange, rows, expand ? 50 : 1000)
  return jsonReply(items, 200, headers)
}

async function answerPathsInfo(exchange: Exchange): Promise<Reply> {
  const repository = readable(exchange)
  const commit = commitAt(repository, exchange.parameters['revision']!)
  const { paths, expand } = await asked(exchange)
  return jsonReply(pathRows(repository, commit, paths, expand))
}

/** JavaScript sends JSON, Python a form. */
async function asked(exchange: Exchange): Promise<{ paths: string[]; expand: boolean }> {
  const text = await bodyText(exchange)
  if (exchange.request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    const form = new URLSearchParams(text)
    return { paths: form.getAll('paths'), expand: isTrue(form.get('expand')) }
  }
  const body = parseJson(
    text,
    z.looseObject({
      paths: z.union([z.string().transform((path) => [path]), z.array(z.string())]),
      expand: z.boolean().nullish(),
    }),
  )
  return { paths: body.paths, expand: body.expand === true }
}

function isTrue(value: string | null): boolean {
  return value !== null && /^(true|1)$/i.test(value)
}
