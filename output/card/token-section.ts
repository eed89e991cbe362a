import type { CardFacts, TokenUse } from './facts.ts'
import { code, share, table, whole } from './markdown.ts'

/** What the answers took: tokens for each pair, and how many of them are not in the dataset and why. */
export function tokenSection({ tokens = [] }: CardFacts, pairs: number): string[] {
  if (tokens.length === 0 || pairs === 0) return []
  const all = sumOf(tokens)
  const written = sumOf(tokens.filter((use) => use.reason === ''))
  const rows = [...new Set(tokens.map((use) => use.arm))].flatMap((arm) => {
    const own = tokens.filter((use) => use.arm === arm)
    return own.map((use) => [
      code(arm),
      use.reason === '' ? 'written pairs' : `${code(use.reason)} (${use.stage})`,
      whole(totalOf(use)),
      share(totalOf(use), sumOf(own)),
    ])
  })
  return [
    [
      '## Tokens',
      `The teachers were paid ${whole(Math.round(all / pairs))} tokens of prompt and answer for each pair in the dataset; ${share(written, all)} of their tokens are in it. By what became of the answers, tries without an answer and judges left out:`,
      table(['arm', 'went to', 'tokens', 'share of the arm'], rows),
    ].join('\n\n'),
  ]
}

function totalOf(use: TokenUse): number {
  return use.prompt_tokens + use.completion_tokens
}

function sumOf(uses: readonly TokenUse[]): number {
  return uses.reduce((sum, use) => sum + totalOf(use), 0)
}
