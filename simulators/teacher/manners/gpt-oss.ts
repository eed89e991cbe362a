import type { Manner } from '../prose/manner.ts'
import { type Voice, monologue } from '../prose/monologue.ts'
import { phrases } from '../prose/phrase.ts'
import { briefSolution, plainSolution, steppedSolution } from '../prose/solution.ts'

const VOICE: Voice = {
  openings: phrases(
    'We need to {solve|answer} {this [domain]|[aDomain]} {problem|question}.',
    'We {need|have} to {find|get} the {answer|result}. [domain].',
    '{The user asks|User wants}: [domain] {problem|question}. {Compute|Straightforward|Let me do it}.',
    "{Let's|We'll} {compute|do it|solve}.",
  ),
  restatements: phrases('{Given|Question|Statement}: [Text]', '{So|We have}: [Text]', 'Problem: [Text]'),
  plans: phrases(
    '{Direct computation|Just compute|Standard method}.',
    "{Let's do it|Go} {directly|step by step|by the usual rule}.",
    'Simple {enough|approach}: {work through, then check|do the steps}.',
  ),
  steps: phrases(
    '[Text]',
    '{So|Then} [text]',
    'Now [text]',
    '{Next|Compute}: [Text]',
    'Thus [text]',
    'OK: [Text]',
  ),
  corrections: phrases(
    '{Wait|Hmm}, {wrong|no}. {Redo|Again}.',
    'No, {mistake|that is off}. {Recompute|Fix}:',
    '{Oops|Actually no}. {Correct it|Once more}.',
  ),
  results: phrases('{So|Thus} [answer].', '{Answer|Result}: [answer].', '{Gives|Get} [answer].'),
  rechecks: phrases(
    '{Check|Verify|Double-check}: [Text]',
    '{Quick check|Sanity}: [Text]',
    'Recheck: [Text]',
    '{Also|Confirm}: [Text]',
  ),
  doubts: phrases(
    '{Check|Verify} {arithmetic|numbers}: [Text]',
    '{Let me double-check|Double-check}{| values| products}. [Text]',
    'Maybe {also|quickly} {test|see}: [Text]',
    '{Another|Second} {way|look}: [Text]',
    '{Numbers|Magnitudes}: [Text]',
    '{Potential pitfall|Any trap}? [Text]',
    '{Also|Side}: [Text]',
    '{Compare|Estimate}: [Text]',
  ),
  reliefs: phrases(
    '{Good|OK|Fine}.',
    '{Works|Consistent|Matches}.',
    '{Yes|Right}.',
    '{No issue|All good}.',
    'So {holds|fine|stands}.',
  ),
  endings: phrases(
    '{So answer|Answer|Final answer|Thus answer}: [answer].',
    '{We output|Provide} [answer].',
    '{So|Thus} the answer is [answer].',
  ),
  separator: ' ',
  calculations: 3,
}

const MEDIANS = {
  low: { easy: 60, medium: 120, hard: 260 },
  medium: { easy: 150, medium: 400, hard: 1100 },
  high: { easy: 500, medium: 1500, hard: 4200 },
  max: { easy: 900, medium: 2800, hard: 8000 },
}

/** gpt-oss: clipped notes whose length follows the effort. */
export const gptOss: Manner = {
  name: 'gpt-oss',
  medianTokens: (difficulty, effort) => MEDIANS[effort][difficulty],
  spread: 0.45,
  reason: (script, random) => monologue(script, VOICE, random),
  answer: (script, _mode, random) =>
    random.pick([briefSolution, plainSolution, steppedSolution])(script, random),
}
