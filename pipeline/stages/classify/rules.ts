import { offersChoices } from '../../../filters/text/choices.ts'
import { ownMember } from '../../../schemas/own-member.ts'
import type { Problem } from '../../../schemas/problem.ts'
import type { Area, Format, ToldBy } from '../../../schemas/problem-kind.ts'
import type { KindReason } from '../../../schemas/reasons.ts'
import type { ClassifySection } from '../../recipe/classify-section.ts'

/** A value and who told it; the reason where nobody did. */
export type Told<Value extends Area | Format> = { value: Value; from: ToldBy; reason: KindReason | '' }

const named: Readonly<Record<string, Area>> = {
  general: 'general',
  math: 'math',
  maths: 'math',
  mathematics: 'math',
  code: 'code',
  coding: 'code',
  programming: 'code',
  science: 'science',
}

/**
 * The area of a problem as the recipe's maps, its source, its task or a sure rule tell it, in this order. The rules are our
 * own; none says `general` or `science`, because word lists find half of the science of MMLU and call the rest general.
 */
export function areaOf(
  { domain, source, task, prompt }: Pick<Problem, 'domain' | 'source' | 'task' | 'prompt'>,
  { domains = {}, sources = {}, rules }: Pick<ClassifySection, 'domains' | 'sources' | 'rules'>,
): Told<Area> {
  const mapped = ownMember(domains, domain) ?? ownMember(sources, source)
  if (mapped !== undefined) return told(mapped, 'map')
  const stated = ownMember(named, domain.trim().toLowerCase())
  if (stated !== undefined) return told(stated, 'column')
  if (task === 'code') return told('code', 'task')
  const found = rules ? surely(prompt) : undefined
  if (found !== undefined) return told(found, 'rule')
  return unknown(domain.trim() !== '' ? 'unmapped_domain' : rules ? 'no_rule' : 'no_domain')
}

/**
 * The form in which a problem wants its answer: from its options, the recipe's map, its task or a rule, in this order. A
 * rule says `open_ended` where something speaks for it and nothing against: no options, no word of any, and a reference that
 * is no option or a request for a result. Our own rules; where they are silent the form is `unknown`.
 */
export function formatOf(
  {
    choices,
    source,
    task,
    prompt,
    answers,
  }: Pick<Problem, 'choices' | 'source' | 'task' | 'prompt' | 'answers'>,
  { formats: ofSources = {}, rules }: Pick<ClassifySection, 'formats' | 'rules'>,
): Told<Format> {
  if (choices.length > 0) return told('multiple_choice', 'column')
  const mapped = ownMember(ofSources, source)
  if (mapped !== undefined) return told(mapped, 'map')
  if (task === 'choice') return told('multiple_choice', 'task')
  if (task === 'code') return told('open_ended', 'task')
  if (!rules) return unknown('no_rule')
  if (offersChoices(prompt)) return told('multiple_choice', 'rule')
  if (spokenOptions.test(prompt)) return unknown('options_missing')
  if (maybeOffers(prompt) || answers.some((answer) => optionName.test(answer))) return unknown('no_rule')
  if (answers.length > 0 || wantsResult.test(prompt)) return told('open_ended', 'rule')
  return unknown('no_rule')
}

function told<Value extends Area | Format>(value: Value, from: ToldBy): Told<Value> {
  return { value, from, reason: '' }
}

function unknown(reason: KindReason): Told<'unknown'> {
  return { value: 'unknown', from: 'none', reason }
}

/** Words that speak of options, references that are the name of one, and requests for a result. */
const spokenOptions =
  /\b(?:which|what|one|any|all|none|each) (?:one |ones |two |statements? )?of (?:the following|these|the (?:above|below|options|choices|statements))\b|\b(?:options?|choices|alternatives) (?:below|above|given)\b|\b(?:choose|select|pick|mark|tick) (?:the|one|all|an?) (?:\w+ )?(?:answers?|options?|choices?|letters?|alternatives?)\b/iu
const optionName = /^\s*\(?[A-Ja-j]\)?\.?\s*$|^\s*(?:true|false|yes|no)\s*$/iu
const wantsResult =
  /(?:^|[.!?:;,]\s{1,4}|\n\s{0,4})(?:find|compute|calculate|determine|evaluate|simplify|solve|prove|show that|derive|explain|describe|write|implement)\b|\bhow (?:many|much|long|far|old)\b/iu

/** Marks of a list that may be one of options, each with one that would come next. */
const marks = [
  [/\bA[).:]\s/u, /\bB[).:]\s/u],
  [/(?:^|\n) {0,4}\(?(?:1|i|a)[).]\s/u, /\n {0,4}\(?(?:2|ii|b)[).]\s/u],
] as const

function maybeOffers(prompt: string): boolean {
  if (/\b(?:true or false|yes or no|agree or disagree)\b/iu.test(prompt)) return true
  return marks.some(([first, second]) => {
    const at = prompt.search(first)
    return at !== -1 && second.test(prompt.slice(at))
  })
}

const codeWords =
  /\b(?:python|java|javascript|typescript|rust|haskell|sql|stdin|stdout|function|algorithm|program|subarray|substring|linked list|binary tree|hash map|lists? of integers|array|leetcode|codeforces|time complexity|input format|output format)\b|\bc\+\+/giu
const codeBlock =
  /```\w*\n|\bdef \w+\(|\b(?:write|implement) (?:a|an|the) (?:\w+ )?(?:function|program|class|method)\b/iu

const mathWords =
  /\b(?:integers?|polynomials?|triangles?|parallelograms?|quadrilaterals?|equations?|inequalit(?:y|ies)|primes?|prime numbers?|modulo|divisible|divisors?|divided by|remainder|perpendicular|circumference|hypotenuse|perimeter|radius|probability|matri(?:x|ces)|determinant|eigenvalues?|derivative|integral|antiderivative|logarithms?|factorial|arithmetic (?:sequence|progression)|geometric (?:sequence|series|progression)|coefficients?|real numbers?|rational numbers?|permutations?|median|mean of|standard deviation|compute|evaluate|simplify|factori[sz]e|solve for|how many ways|sum of|product of|greatest common divisor|least common multiple|percent(?:age)?)\b/giu
const formula =
  /\$[^$\n]{0,120}[=^\\<>+][^$\n]{0,120}\$|\\(?:frac|sqrt|sum|int|binom|cdot|times|leq?|geq?|pmod|equiv)\b|\\[[(]|\d\s*[+*×÷/^=-]\s*\(?\d|\b[a-z]\s*\^\s*\d/u

const scienceWords =
  /\b(?:acids?|molecul\w+|atoms?|atomic|electrons?|protons?|neutrons?|photons?|quantum|cells?|genes?|genetic\w*|proteins?|dna|rna|enzymes?|species|organisms?|bacteria|viruse?s?|velocity|accelerat\w+|forces?|kinetic|momentum|voltage|volts?|ohms?|amperes?|resistors?|magnetic|electric|temperature|celsius|kelvin|pressure|reactions?|moles?|mol|newtons?|joules?|watts?|hertz|wavelength|frequency|friction|gravity|gravitational|density|isotopes?|chemical|chemistry|physics|biolog\w+|planets?|stars?|galax\w+|chlorides?|oxides?|solvents?|solutes?)\b/iu

/** `math` and `code` where much speaks for them and nothing against; else nothing. */
function surely(prompt: string): 'math' | 'code' | undefined {
  const code = distinct(prompt, codeWords)
  if (codeBlock.test(prompt) || code >= 3) return 'code'
  if (code > 0 || scienceWords.test(prompt)) return undefined
  const words = distinct(prompt, mathWords)
  return words >= 2 || (words >= 1 && formula.test(prompt)) ? 'math' : undefined
}

function distinct(text: string, words: RegExp): number {
  return new Set(text.match(words)?.map((word) => word.toLowerCase())).size
}
