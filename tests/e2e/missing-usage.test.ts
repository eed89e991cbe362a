import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { runSpend } from '../../pipeline/ledger/run-spend.ts'
import { totalTokens } from '../../schemas/bill.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** What the rows of a ledger add up to, without what a kill cut off. */
function partsOf({ spend }: Ledger): { tokens: number; estimated: number; cost_usd: number } {
  const sum = (pick: (row: Ledger['spend'][number]) => number): number =>
    spend.reduce((total, row) => total + pick(row), 0)
  return {
    tokens: sum((row) => row.prompt_tokens + row.completion_tokens),
    estimated: sum((row) => row.estimated_tokens),
    cost_usd: sum((row) => row.cost_usd ?? 0),
  }
}

const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher', samples: 2, max_tokens: 600 }

function recipeAt(baseUrl: string, budget?: { tokens: number }): RecipeTree {
  const price = { input: 1, output: 4, date: '2026-11-01' }
  return smallRecipe(baseUrl, {
    problems: { builtin: { count: 24, seed: 1 }, per_shard: 12 },
    endpoints: { teacher: { base_url: baseUrl, dialect: 'vllm', max_in_flight: 4, price } },
    generate: { probe: 'never' },
    arms: {
      ift: { ...arm, role: 'ift', mode: 'non_thinking' },
      reasoning: {
        ...arm,
        role: 'reasoning',
        mode: 'thinking',
        truncated: { policy: 'continue', max_tokens: 1200, rounds: 2 },
      },
    },
    ...(budget && { budget }),
  })
}

/** Answers the lines of a run's batch files, as a service does. */
async function serveBatches(run: string, baseUrl: string): Promise<string> {
  const results: string[] = []
  for (const name of (await readdir(join(run, 'batches'))).filter((each) => each.endsWith('.jsonl'))) {
    const text = await readFile(join(run, 'batches', name), 'utf8')
    for (const line of text.split('\n').filter(Boolean)) {
      const { custom_id, body } = JSON.parse(line) as { custom_id: string; body: object }
      const headers = { 'content-type': 'application/json' }
      const asked = await fetch(`${baseUrl}/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      const response = { status_code: asked.status, body: await asked.json() }
      results.push(`${JSON.stringify({ custom_id, response, error: null })}\n`)
    }
  }
  return results.join('')
}

test.each([0, 0.05, 1])(
  'where a share of %d of the answers states no usage, live and in batches, the total is the sum of the parts and the budget holds',
  async (share) => {
    await using folder = await temporaryFolder()
    // Shares of faults add up to one at the most.
    const faults = { usage_missing: share, http_500: share === 1 ? 0 : 0.05 }
    await using teacher = await simulatedTeacher(
      { faults, first_token_ms: 2, token_ms: 0.01 },
      join(folder.path, 'teacher.jsonl'),
    )
    const recipe = await writeRecipe(folder.path, recipeAt(teacher.baseUrl))
    const run = join(folder.path, 'runs/small')
    const cli = async (...args: string[]): Promise<string> => {
      const { code, stderr, stdout } = await runCli(args, { cwd: folder.path })
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
      return stdout
    }
    await cli('problems', recipe)
    await cli('batch', 'export', recipe, '--arm', 'ift')
    await writeFile(join(folder.path, 'results.jsonl'), await serveBatches(run, teacher.baseUrl))
    await cli('batch', 'import', recipe, 'results.jsonl')
    await cli('distill', recipe)
    const ledger = Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')))
    expect(ledgerFaults(ledger)).toEqual([])
    const { total } = ledger
    const parts = partsOf(ledger)
    expect({ tokens: total.tokens, elsewhere: total.elsewhere }).toEqual({
      tokens: parts.tokens,
      elsewhere: 0,
    })
    expect(total.cost_usd).toBeCloseTo(parts.cost_usd, 9)
    if (share === 0) expect(parts.estimated).toBe(0)
    else expect(parts.estimated).toBeGreaterThan(share * 0.4 * parts.tokens)
    expect(parts.estimated).toBeLessThanOrEqual(parts.tokens)

    // The budget counts the same figure: a run with half of it stops below, and its journals say so.
    const tokens = Math.round(parts.tokens / 2)
    const limited = await writeRecipe(folder.path, recipeAt(teacher.baseUrl, { tokens }), 'limited.yaml')
    const stopped = await runCli(['distill', limited, '--run', 'held'], { cwd: folder.path })
    expect(stopped.code).toBe(3)
    const { bought } = await runSpend(join(folder.path, 'held'))
    const spent = bought.reduce((sum, { bill }) => sum + totalTokens(bill), 0)
    expect(stopped.stderr).toContain(`${spent} of ${tokens} tokens (budget.tokens) spent`)
    expect(spent).toBeLessThanOrEqual(tokens)
    console.log(
      `usage missing in ${share * 100} %: total ${total.tokens} = parts ${parts.tokens}, ${parts.estimated} of them estimated; a budget of ${tokens} stopped at ${spent}`,
    )
  },
)
