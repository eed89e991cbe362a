import { expect, onTestFinished, test } from 'vitest'
import { readingRulesOf } from '../../../pipeline/stages/generate/probe/reading-rules.ts'
import { probeFingerprint } from '../../../pipeline/stages/generate/probe/probe-form.ts'
import { identityOf, readProbe, writeProbe } from '../../../pipeline/stages/generate/probe/stored-probes.ts'
import { Recipe } from '../../../pipeline/recipe/recipe.ts'
import type { Arm } from '../../../schemas/arm.ts'
import { Probe, type ReadingRules } from '../../../schemas/probe.ts'
import { resolveArm } from '../../../teachers/request/resolve-arm.ts'
import { type RecipeTree, smallRecipe } from '../../support/recipe-file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

function made(arm: string, changes: RecipeTree = {}, generate: unknown = {}): { recipe: Recipe; arm: Arm } {
  const small = smallRecipe('http://127.0.0.1:1/v1', { generate })
  const arms = small['arms'] as Record<string, RecipeTree>
  const recipe = Recipe.parse({ ...small, arms: { ...arms, [arm]: { ...arms[arm], ...changes } } })
  return { recipe, arm: resolveArm(arm, recipe.arms[arm]!) }
}

function probeOf(arm: Arm, contract: ReadingRules | null): Probe {
  return Probe.parse({
    format: 1,
    arm: arm.name,
    endpoint: arm.endpoint,
    model: arm.model,
    mode: arm.mode,
    fingerprint: 'f',
    identity: identityOf(arm),
    at: '2026-01-01T00:00:00.000Z',
    depth: 'quick',
    spend: { requests: 2, prompt_tokens: 1, completion_tokens: 1 },
    reasoning: { state: 'none', places: [], answer_in_reasoning: false },
    cut: null,
    usage: { given: true, counts_reasoning: null, names_reasoning: false },
    served: { model: 'm', system_fingerprint: '', provider: '', software: '', version: '' },
    context: null,
    n: null,
    seed: null,
    top_k: null,
    min_p: null,
    stream: null,
    contract,
    earlier: [],
    findings: [],
  })
}

const probed: ReadingRules = { reasoning_in: ['reasoning'], answer_in_reasoning: false }
const off: ReadingRules = { reasoning_in: [], answer_in_reasoning: false }

test.each<[string, RecipeTree, unknown, ReadingRules | null, ReadingRules | undefined]>([
  ['what the probe found', {}, {}, probed, probed],
  ['nothing was found', {}, {}, null, undefined],
  ['not to be probed', {}, { probe: 'never' }, probed, undefined],
  [
    'stated places win',
    { reasoning_in: ['thinking'] },
    {},
    probed,
    { ...probed, reasoning_in: ['thinking'] },
  ],
  [
    'stated places hold without any probe',
    { reasoning_in: ['thinking'] },
    { probe: 'never' },
    null,
    { ...probed, reasoning_in: ['thinking'] },
  ],
])('a thinking arm: %s', (_name, changes, generate, contract, expected) => {
  const { recipe, arm } = made('reasoning', changes, generate)
  expect(readingRulesOf(recipe, arm, probeOf(arm, contract))).toEqual(expected)
})

test('accepting that off is not obeyed lets reasoning stand anywhere, in arms whose thinking is off', () => {
  const generate = { probe: { accept: ['off_not_obeyed'] } }
  const ift = made('ift', {}, generate)
  const reasoning = made('reasoning', {}, generate)
  expect(readingRulesOf(ift.recipe, ift.arm, probeOf(ift.arm, off))?.reasoning_in).toContain(
    'reasoning_content',
  )
  expect(readingRulesOf(reasoning.recipe, reasoning.arm, probeOf(reasoning.arm, probed))).toEqual(probed)
})

test('accepting answers in the reasoning field reads them from there', () => {
  const { recipe, arm } = made('ift', {}, { probe: { accept: ['answer_in_reasoning'] } })
  expect(readingRulesOf(recipe, arm, probeOf(arm, off))).toEqual({
    reasoning_in: [],
    answer_in_reasoning: true,
  })
})

test('a recipe that changes the model and comes back finds the probe of each', async () => {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const { arm: one, recipe: names } = made('reasoning')
  const { arm: two } = made('reasoning', { model: 'Qwen/Qwen3-32B' })
  expect(await readProbe(folder.path, one, names)).toBeUndefined()
  await writeProbe(folder.path, probeOf(one, probed))
  expect(await readProbe(folder.path, two, names)).toBeUndefined()
  await writeProbe(folder.path, probeOf(two, null))
  expect((await readProbe(folder.path, one, names))?.contract).toEqual(probed)
  expect((await readProbe(folder.path, two, names))?.contract).toBeNull()
})

test.each<[string, RecipeTree, boolean]>([
  ['nothing', {}, true],
  ['samples', { samples: 5 }, true],
  ['the model', { model: 'other' }, false],
  ['sampling', { sampling: { temperature: 0.9 } }, false],
  ['a system message', { system: 'Be brief.' }, false],
])('a changed %s', (_name, changes, same) => {
  const before = made('ift')
  const after = made('ift', changes)
  const equal = probeFingerprint(before.recipe, before.arm) === probeFingerprint(after.recipe, after.arm)
  expect(equal).toBe(same)
})

test('another address of the server asks for a new probe', () => {
  const { recipe, arm } = made('ift')
  const elsewhere = structuredClone(recipe)
  elsewhere.endpoints['teacher']!.base_url = 'http://127.0.0.1:2/v1'
  expect(probeFingerprint(elsewhere, arm)).not.toBe(probeFingerprint(recipe, arm))
})
