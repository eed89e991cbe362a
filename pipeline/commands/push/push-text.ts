import Table from 'cli-table3'
import type { PushReport } from '../../../output/push/push-dataset.ts'
import { byteText } from '../../reporter/transfer.ts'

/** What a push did or, for a dry run, would do, for people. */
export function pushText(report: PushReport): string {
  const { outcome, repo, revision, url, commits, verified } = report
  if (outcome === 'up_to_date') return `${repo} (${revision}) is up to date: ${url}`
  const opened = /^refs\/pr\/(\d+)$/u.exec(revision)?.[1]
  if (outcome === 'pushed' && opened !== undefined)
    return `pull request ${opened} of ${repo}${verified ? ', read back' : ''}: ${requestPage(url, opened)}`
  if (outcome === 'pushed') return `${verified ? 'published and read back' : 'published'}: ${url}`
  if (commits.length === 0) return `${repo} (${revision}) is up to date; a push would send nothing`
  const blocks = commits.map((commit, index) => {
    const table = new Table({ style: { head: [], border: [] }, colAligns: ['left', 'left', 'right'] })
    for (const { path, bytes } of commit.add) table.push(['add', path, whole(bytes)])
    for (const path of commit.delete) table.push(['delete', path, ''])
    return `commit ${index + 1} of ${commits.length}: ${commit.title}\n${table.toString()}`
  })
  const files = commits.flatMap((commit) => commit.add)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return [
    ...blocks,
    `a push to ${repo} (${revision}) would send ${counted(files.length, 'file')}, ${whole(bytes)} bytes (${byteText(bytes)}), in ${counted(commits.length, 'commit')}; ${report.unchanged} more are there already. Nothing was sent.`,
  ].join('\n\n')
}

/** The page on which a pull request is discussed and merged, from that of one of its commits. */
function requestPage(url: string, number: string): string {
  return url.replace(/\/(?:commit|tree)\/.*$/u, `/discussions/${number}`)
}

function whole(number: number): string {
  return number.toLocaleString('en')
}

function counted(count: number, what: string): string {
  return `${whole(count)} ${what}${count === 1 ? '' : 's'}`
}
