import type { Manner } from '../prose/manner.ts'
import { type Voice, monologue } from '../prose/monologue.ts'
import { phrases } from '../prose/phrase.ts'
import { plainSolution, steppedSolution } from '../prose/solution.ts'

const VOICE: Voice = {
  openings: phrases(
    "Okay, {let's see|let me try to solve this|let's tackle this} {problem|question}. {It's about|The topic is} [domain].",
    "Okay, so {I have this|there is this} [domain] {problem|question}{ here|}. {Let me think|Let me work through it|Let's go}.",
    "Alright, {let me figure out|let's work on} {this|the} [domain] {problem|question} {step by step|carefully}.",
    '{First|Hmm, first}, I {need to|should} {understand|parse} the {problem|question}. {It belongs to|It is from} [domain].',
  ),
  restatements: phrases(
    'The {problem|question} {says|states|asks}: [Text]',
    "{Let me note what is given|Here's the statement}. [Text] Okay.",
    '{So the exact wording is|I read}: [Text] {Got it|Right}.',
  ),
  plans: phrases(
    'I think {the best way|a good way} is to {take it step by step|apply the usual method} and {check at the end|verify afterwards}.',
    '{Let me recall|I recall} {the rule|what I know about this}. {I can apply it directly|It should apply here}.',
    '{There are a few ways to do this|I could do this in more than one way}. {I will start with the straightforward one|Let me begin with the obvious one}.',
  ),
  steps: phrases(
    'First, [text]',
    '{So|So then}, [text]',
    'Next, [text]',
    '{Okay, now|Now}: [Text]',
    "Let's {do that|calculate}. [Text]",
    '{Which means|That means}: [Text]',
    '{Then|Following that}, [text] {Okay|Alright|}',
  ),
  corrections: phrases(
    'Wait, {maybe I made a mistake|that seems off|hold on}. {Let me check again|Let me recompute}. {Yes, I did slip|I see the error}.',
    "Hmm, {that doesn't add up|that's not it}. {Let me go back|Start that part over}.",
    'No, {wait|hang on}. {I used the wrong thing there|That was a slip}. {Let me fix it|Again}:',
  ),
  results: phrases(
    'So the answer {would be|is} [answer]. {Let me verify|Let me check that}.',
    "So that's [answer]. {Wait, let me verify again|But let me check if that's correct}.",
    '{Therefore|Hence}, [answer]. {I should double-check|Let me confirm}.',
  ),
  rechecks: phrases(
    'Let me {verify|confirm} {this|that}{ step|}: [Text]',
    'Wait, {going back|checking the line from before}: [Text]',
    'To {confirm|double-check}, [text]',
    "{Let's plug things in|Let's test it}. [Text]",
    'Another check: [Text]',
    'Looking {back|again} at {the working|my steps}: [Text]',
  ),
  doubts: phrases(
    'Wait, {let me check|let me make sure of} {the calculations|the values} {again|once more|}. [Text]',
    "Hmm, {let's think about|consider} {some numbers|a few values}. [Text]",
    "{Alternatively|Another way}, {let's try|I can use} {different numbers|a rougher approach|a side calculation}. [Text]",
    "{Let me just|I'll} {make sure|be careful} {here|with this}. [Text]",
    'But {what if|is it possible that} {I misread something|there is a catch}? [Text]',
    '{Let me see|Let me test} {if this holds up|the pieces one by one}. [Text]',
    '{In particular|For instance}: [Text]',
    '{Is there any other|Could there be another} {possibility|case}? [Text]',
    'Let me {compute|work out} {a couple of things|some of it} {separately|on the side}. [Text]',
    '{Just in case|To be thorough}: [Text]',
    'Okay, {also|in addition}: [Text]',
  ),
  reliefs: phrases(
    '{That|This} {seems correct|checks out|is correct}.',
    "{Yes|Yep}, {that's right|this works|it matches}.",
    'So {that holds|that part is okay|this is consistent}.',
    '{Okay|Alright}, {good|so far so good|no issue}.',
    "{Right|Correct}. {So the result is still the same|That doesn't change the answer}.",
    'I {think|believe} {that is fine|this is solid}.',
  ),
  endings: phrases(
    '{So|Therefore}, {I think the answer is|the answer should be|the final answer is} [answer].',
    "{Yes|Okay}, {that seems right|I'm convinced}. The answer is [answer].",
    "So I'm {confident|pretty sure} {it is|the answer is} [answer].",
  ),
  separator: '\n\n',
  calculations: 4,
}

/** Qwen3, hybrid or 2507: thinking aloud when it thinks, a structured solution in any case. */
export const qwen3: Manner = {
  name: 'qwen3',
  medianTokens: (difficulty) => ({ easy: 900, medium: 2000, hard: 4200 })[difficulty],
  spread: 0.45,
  reason: (script, random) => monologue(script, VOICE, random),
  answer: (script, mode, random) =>
    mode === 'thinking' && random.chance(0.3)
      ? plainSolution(script, random)
      : steppedSolution(script, random),
}
