import type { Manner } from '../prose/manner.ts'
import { type Voice, monologue } from '../prose/monologue.ts'
import { phrases } from '../prose/phrase.ts'
import { plainSolution, steppedSolution } from '../prose/solution.ts'

const VOICE: Voice = {
  openings: phrases(
    "{Okay|Alright|Hmm, okay}, so {I need to|I have to|the task is to} {figure this out|solve this|work out the answer}. {It's|It looks like} a {question|problem} about [domain].",
    "{Okay|Alright|Right}, {let's see|let me see|let me think}. {This is|Here we have} [aDomain] {problem|question}, {so I should be careful|nothing too strange at first sight|and I want to get it right}.",
    '{First|To start}, let me {make sure I understand|read carefully} what {is being asked|the question wants}. {It is about|The topic is} [domain].',
    "{Hmm|So}, [aDomain] {problem|question}. {Let me think about it step by step|I'll go through it slowly|Let me take my time with this one}.",
  ),
  restatements: phrases(
    '{The problem says|The question is|Here is what I am given|Let me restate it}: [Text]',
    "{So|Okay, so} {we have|what I'm given is} this: [Text] {Let me unpack that|Let me go through the pieces}.",
    '{Reading it again|Once more, to be sure}: [Text]',
  ),
  plans: phrases(
    "{My plan is to|I think I'll|The natural thing is to} {go step by step|do it directly first|work through it in order} and then {check the result|verify it in another way|look for mistakes}.",
    '{There might be|Perhaps there is} a {shortcut|clever trick}, but {the direct way is fine|let me first do it the plain way|I would rather be safe}.',
    "{I remember|I recall} {how these work|the standard method for this}{, at least roughly|}. {Let me try it|Let me apply it here|Let's see whether it works out}.",
  ),
  steps: phrases(
    '{So|Okay, so}, [text]',
    '{Now|Next}, [text]',
    '{Let me write that down|Let me compute this part}. [Text]',
    '{Then|After that}: [Text]',
    '{Hmm|Let me see}. [Text] {That seems right|Okay|Good}.',
    "{Moving on|Continuing}, [text] {I think that's fine|So far so good|}",
    'Right, [text]',
  ),
  corrections: phrases(
    "{Wait, no|Hold on|Hmm, wait}, {that can't be right|that doesn't look right|I think I slipped there}. {Let me redo that|Let me go back one step|I need to do this part again}.",
    '{Wait|Hmm}, {is that correct|am I sure}? {No, I mixed something up|No, that was too quick|Actually no}. {Let me try again|Once more, carefully}.',
    '{Actually|Wait, actually}, {I made a mistake|that step is wrong}{| and I should not rush}. {Back to the step before|Let me correct it}.',
  ),
  results: phrases(
    '{So|Therefore} {it looks like|it seems that} the answer {is|would be|should be} [answer]. {But let me check|Let me double-check before I settle on it|Let me make sure, though}.',
    "{That gives|This leads to|I get} [answer]. {Hmm, let me verify|Wait, let me make sure that's right|I want to be certain about this}.",
    '{Then|So} [answer] {is my answer so far|comes out}. {Is it plausible|Does that make sense}? {Let me see|Let me test it}.',
  ),
  rechecks: phrases(
    '{Wait|Hold on}, {let me double-check|let me go over|I should re-examine} {this part|that step|one of the lines}: [Text]',
    '{Let me verify|To verify|As a check}{| once more|, going back}: [Text]',
    'Alternatively, {I can confirm it from another side|look at it like this}. [Text]',
    '{Going back over my work|Looking at it again}, [text]',
    'Just to be sure: [Text]',
    "Let me think about whether {everything fits|that's consistent}. [Text]",
  ),
  doubts: phrases(
    'Wait, {let me double-check|let me re-check|I want to re-do} {the arithmetic|the numbers|a few of the computations}. [Text]',
    'Hmm, {am I sure about|what about} {the size of these numbers|the calculation}? [Text]',
    'Alternatively, {maybe I can approach it|let me look at it} {differently|from another angle|with other numbers}. [Text]',
    '{Let me also|I could also} {try a small case|test with nearby values|play with the numbers a little}. [Text]',
    'But {wait|hold on}, {could there be a trick|did I miss something|is there another reading}? [Text]',
    '{Let me think again|Thinking about it more}. [Text]',
    '{For comparison|As another check|For a sanity check}: [Text]',
    '{Hmm|Okay}, {one more thing|something else to look at}. [Text]',
    'Let me {not rush|take it slowly} {here|with this part}. [Text]',
    '{Suppose I had made a slip|If I got something wrong}, {where would it show|it would be here}? [Text]',
    "I'm {slightly|a bit} {unsure|worried} about {one of the operations|the middle part}. [Text]",
    'Actually, {let me do a few of these by hand|let me compute some of these explicitly}. [Text]',
  ),
  reliefs: phrases(
    "{So that's|That is|Good, that's} {consistent|in line with what I had|as expected}.",
    '{Okay|Alright}, {that works|that checks out|no problem there}.',
    '{So|Therefore} {nothing changes|my result stands|the earlier value holds}.',
    "{Fine|Good}. {That doesn't contradict anything|I'm more confident now}.",
    '{Right|Yes}, {that matches|that agrees with the above}.',
    'So {this part|that piece} is {fine|okay|settled}.',
    '{No contradiction|Nothing suspicious} {there|here}.',
  ),
  endings: phrases(
    "{So|Therefore}, {I'm confident|I am now sure} {that the answer is|it has to be} [answer].",
    '{After checking it in several ways|Having gone over it again|All things considered}, the answer {is|should be} [answer].',
    "{Okay|Alright}, {I'll go with|the final result is} [answer].",
  ),
  separator: '\n\n',
  calculations: 4,
}

/** DeepSeek-R1 and its distillations: long prose that checks itself, then a tidy solution. */
export const deepseekR1: Manner = {
  name: 'deepseek-r1',
  medianTokens: (difficulty) => ({ easy: 700, medium: 1600, hard: 3600 })[difficulty],
  spread: 0.5,
  reason: (script, random) => monologue(script, VOICE, random),
  answer: (script, _mode, random) =>
    random.chance(0.5) ? steppedSolution(script, random) : plainSolution(script, random),
}
