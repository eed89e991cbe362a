import { describe, expect, test } from 'vitest'
import { judgeGroups, judgeSamples } from '../../filters/apply.ts'
import { groupFilters, sampleFilters } from '../../filters/registry.ts'
import type { Group } from '../../filters/filter.ts'
import { makeSample, type SampleOptions } from './sample.ts'

const measuresOf = (options: SampleOptions) => judgeSamples({})(makeSample(options)).measures

const wandering = [
  'Let me check the sum. It might be 12.',
  'Wait, that is wrong. But hmm, hmmm.',
  'Alternatively, 7 + 5 = 12, therefore 12.',
  'However, not sure; going back.',
  'Another way: since 5 + 7 = 12, perhaps done.',
].join('\n\n')

describe('measures of a trace', () => {
  test('count words by DLER and LIMO for 1,000 tokens', () => {
    expect(measuresOf({ trace: { reasoning: wandering, reasoning_tokens: 100 } })).toMatchObject({
      reflection_words: 90,
      verification_words: 10,
      tentative_words: 20,
      connective_words: 20,
    })
  })

  test('are null where there is nothing to count, or the words are of another language', () => {
    expect(measuresOf({ mode: 'non_thinking' })).toMatchObject({ reflection_words: null, steps: null })
    const chinese = measuresOf({ prompt: '求和。', trace: { reasoning: '先看看，然后相加。' } })
    expect(chinese).toMatchObject({ reflection_words: null })
  })

  test('cut steps at blank lines, and have no density below five of them', () => {
    const trace = { reasoning: wandering, reasoning_tokens: 100 }
    expect(measuresOf({ trace })).toMatchObject({ steps: 5, step_tokens: 20, branching_density: 0.8 })
    // Some servers end lines as Windows does.
    const windows = { reasoning: wandering.replaceAll('\n', '\r\n'), reasoning_tokens: 100 }
    const { longest_paragraph, ...others } = measuresOf({ trace })
    expect(measuresOf({ trace: windows })).toMatchObject({ longest_paragraph, steps: others['steps']! })
    const short = { reasoning: 'One.\n\nWait, two.', reasoning_tokens: 10 }
    expect(measuresOf({ trace: short })).toMatchObject({ steps: 2, branching_density: null })
  })
})

const reasons = (name: string, options: object, sample: SampleOptions): readonly string[] => {
  const filter = sampleFilters.find((each) => each.name === name)!
  return judgeSamples({ [name]: filter.options.parse(options) })(makeSample(sample)).reasons
}

test('long paragraphs and code in the reasoning are dropped on demand only', () => {
  const trace = { reasoning: `\`\`\`python\nprint(1)\n\`\`\`\n\n${'a sum of two numbers. '.repeat(5)}` }
  expect(reasons('shape', {}, { trace })).toEqual([])
  const strict = { max_paragraph: 100, code_in_reasoning: 'drop', min_characters: 200 }
  expect(reasons('shape', strict, { trace })).toEqual([
    'long_paragraph',
    'code_in_reasoning',
    'too_few_characters',
  ])
  expect(reasons('shape', { code_in_reasoning: 'drop' }, { trace, problem: { task: 'code' } })).toEqual([])
})

test('repeated lines are found by the bounds of Gopher, tables of few lines are not', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `Case ${index % 12}: the sum is even.`).join('\n')
  expect(reasons('repeated-lines', {}, { trace: { reasoning: lines } })).toEqual(['repeated_lines'])
  expect(reasons('repeated-lines', {}, { trace: { reasoning: 'a\na\na\na' } })).toEqual([])
})

function group(...samples: SampleOptions[]): Group {
  const all = samples.map((options, sample_index) => {
    const sample = makeSample(options)
    Object.assign(sample.trace, { sample_index, key: `k${sample_index}` })
    return Object.assign({}, sample, judgeSamples({ correctness: false })(sample))
  })
  return { problem: all[0]!.problem, samples: all }
}

const copiesIn = (options: object, ...samples: SampleOptions[]) =>
  decide('repeated-answer', options, group(...samples)).map(({ reasons: found }) => found)

function decide(name: string, options: object, of: Group) {
  const filter = groupFilters.find((each) => each.name === name)!
  return judgeGroups({ [name]: filter.options.parse(options) })(of)
}

const tokens = (reasoning_tokens: number): SampleOptions => ({
  trace: {
    reasoning_tokens,
    answer_tokens: 10,
    reasoning: `${'So 2 and 2. '.repeat(5)}${reasoning_tokens}`,
  },
})

describe('filters of all answers to a problem', () => {
  test('compare lengths with the shortest right trace and with direct answers', () => {
    const direct: SampleOptions = { mode: 'non_thinking', trace: { answer_tokens: 20 } }
    const wrong: SampleOptions = { ...tokens(10), verdict: 'incorrect' }
    const given = group(tokens(90), tokens(190), wrong, direct)
    expect(
      decide('verbosity', {}, given).map(({ measures }) => [measures['verbosity'], measures['length_ratio']]),
    ).toEqual([
      [1, 5],
      [2, 10],
      [0.2, 1],
      [1, null],
    ])
    expect(decide('verbosity', { min: 2, max: 8 }, given).map(({ reasons: found }) => found)).toEqual([
      [],
      ['ratio_too_high'],
      ['ratio_too_low'],
      [],
    ])
  })

  test('find the same text again', () => {
    expect(
      decide('repeated-answer', {}, group(tokens(5), tokens(6), tokens(5))).map(
        ({ reasons: found }) => found,
      ),
    ).toEqual([[], [], ['duplicate_output']])
  })

  test('find no text again that another filter drops, nor one that is empty', () => {
    const cut: SampleOptions = { trace: { ...tokens(5).trace, finish_state: 'cut_in_think' } }
    expect(copiesIn({}, cut, tokens(5), tokens(6))).toEqual([['cut_in_think', 'duplicate_output'], [], []])
    const empty: SampleOptions = { trace: { finish_state: 'stop_in_think', answer: '' } }
    expect(copiesIn({ compare: 'answer' }, empty, empty).flat()).not.toContain('duplicate_output')
  })

  test('leave at most so many traces, those that stay anyway not counted', () => {
    const given = group(
      tokens(30),
      { ...tokens(10), trace: { finish_state: 'cut_in_think' } },
      tokens(20),
      tokens(10),
    )
    expect(
      decide('fair-share', { most: 2, by: 'shortest' }, given).map(({ reasons: found }) => found),
    ).toEqual([['beyond_share'], ['cut_in_think'], [], []])
    const left = decide('fair-share', { most: 1 }, given).filter(({ reasons: found }) => found.length === 0)
    expect(left).toHaveLength(1)
  })

  test("choose by LIMO's score", () => {
    const rich: SampleOptions = { trace: { reasoning: wandering, reasoning_tokens: 100 } }
    const decided = decide('limo-score', { best: 1 }, group(tokens(100), rich))
    expect(decided.map(({ measures }) => measures['limo_score'])).toEqual([0.3, 1])
    expect(decided.map(({ reasons: found }) => found)).toEqual([['lower_limo_score'], []])
  })
})
