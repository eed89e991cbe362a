/*
 * What a text says about a value that it names: that it is not the answer, that it is only supposed, that it is taken
 * back. Patterns look at what stands right before or right behind the value, so that a `not` elsewhere does not count.
 */

/** Between a denial and the value that it denies. */
const FILLER =
  '(?:\\s|be|been|to|equals?|the|an?|our|final|correct|right|true|answer|value|result|solution|option|choice|that|is|it|was|of|possibly|exactly|just|simply|necessarily|case|get|obtain|have|reach|[a-z](?=\\s?=)|=|:|\\\\text|\\\\left|\\\\[([]|[$({"“*`])*'

/** A denial that ends where the value begins, in the languages that teachers answer in. */
const DENIED_BEFORE = new RegExp(
  `(?:\\b(?:not|never|cannot|neither|nor|unlikely|impossible|none of|other than|anything but|rather than|instead of|far from|rules? out|ruled out|except|excludes?|rejects?|discards?|wrongly|incorrectly)\\b|n['’]t\\b|≠|\\\\neq?\\b` +
    `|\\b(?:n['’]est pas|n['’]est jamais|ne (?:peut|vaut|fait|font|donne) pas|ne sont pas|pas)\\b|\\b(?:no (?:es|son|puede ser|puede|da|vale)|nunca|tampoco)\\b` +
    `|\\b(?:non (?:è|e|può|sono)|não (?:é|são|pode))(?![\\p{L}])|\\b(?:nicht|kein(?:e[nmrs]?)?|niemals|weder)\\b|(?<![\\p{L}])не(?![\\p{L}])` +
    `|不是|并非|不等于|不可能(?:是|为)?|不为|不会是|不应(?:该|当)?是|而非|排除|ではなく)${FILLER}$`,
  'iu',
)

/** A denial or a doubt that begins where the value ends. `5, not 7` denies the other value. */
const DENIED_AFTER =
  /^(?:[\s$)\]}*"'”`.,;:]|\\[)\]])*(?:[–—-]\s*)?(?:(?:but|and|yet|which|that|this|it|he|they|however|the|answer|value|result|one)\s+){0,3}(?:(?:is|are|was|were|would be|can|could|may|must|seems?|looks?|turns? out to be|should)\s*(?:not\b|n['’]t\b)(?!\s+(?:only|just|the same)\b)(?!\s+(?:be\s|equal\s)?(?:option\s)?(?:[A-Z](?![\p{L}])|[($\\\d-]))|does(?: not|n['’]t) (?:work|hold|satisfy|fit|count|match)\b|(?:is|was|are|were|would be|seems?|looks?|has been|turns? out to be|clearly|(?:must|should|can|has to|have to) be)\s+(?:\w+ly\s+)?(?:wrong|incorrect|false|invalid|impossible|extraneous|rejected|excluded|ruled out|a mistake|an error|too (?:big|small|large|low|high|many|few)|nonsense|absurd|a trap|a distractor|unlikely)\b|(?:cannot|can['’]t|isn['’]t|wasn['’]t|aren['’]t|won['’]t)\b(?!\s+(?:be\s|equal\s)?(?:option\s)?(?:[A-Z](?![\p{L}])|[($\\\d-]))|(?:fails?|leads? to a contradiction|contradicts|gives? a contradiction|ist (?:falsch|nicht)|est (?:faux|fausse|incorrecte?)|n['’]est pas|es (?:incorrect[oa]|fals[oa])|no es|non è|não é)(?![\p{L}])|(?:这|那)?(?:不是(?!\s?[A-Z(\d$\\])|是错|不对|错误|不正确|是不对|是不可能)|(?:では|じゃ)(?:ない|ありません)|(?:이|가)?\s?아니|(?:we get|gives|yields|leads to|results in) (?:a|the) contradiction|neither\b|[([](?:this is |that is |it is )?(?:wrong|incorrect|false|not (?:correct|right|the answer))\b)/iu

/** Before a phrase such as `the answer is`: a supposition, or what others say. */
const SUPPOSED_BEFORE =
  /(?:\b(?:if|suppose|supposing|supposed|assume|assuming|assumed|imagine|whether|unless|were|pretend|hypothetically|let(?: us|['’]s)? (?:say|suppose|assume|guess)|guess(?:ing)?|wrongly|incorrectly|mistakenly|(?<!no )doubt(?:s|ed)?|den(?:y|ies)|not (?:true|clear|certain|the case|sure))(?:\s+(?:for a moment|first|for now|that|for example))*|\b(?:some(?:one|body| people| students)?|many(?: people| students)?|most people|people|students|others|one|you|a student|he|she|they)\s+(?:might|may|could|would|will)\s+(?:\w+ly\s+)?(?:say|think|claim|believe|argue|guess|answer|conclude)(?:\s+that)?|\b(?:some(?:one|body| people| students)?|many(?: people| students)?|people|students|others)\s+(?:\w+ly\s+)?(?:say|think|claim|believe|argue|guess)s?(?:\s+that)?|angenommen|falls|wenn|si|supposons que|supongamos que|如果|假设|假如|若)[\s,:*]*(?:the|our|your|its|la|le|die|der|das|el)?\s*(?:final|correct|right|true)?\s*$/iu

/** A modal between a phrase and its value: `the answer might be 5`. */
const HEDGED = /\b(?:might|may|could|probably not|perhaps|maybe|possibly)\s+(?:\w+\s+)?(?:be|equal)?\s*$/iu

/** Behind a stated answer: the writer takes it back. */
const RETRACTED =
  /(?:^|[\n.!?:;—–-]\s{0,4}|\b(?:but|oh|no|hmm),?\s+)(?:\*\*)?(?:wait|hold on|hang on|oops|whoops|scratch that|correction|sorry|apologies|my bad|on second thought|no(?=,)|nope|actually|let me (?:re-?check|re-?do|correct|re-?consider|fix|start over))\b|\b(?:i|we)(?:['’]ve| have)? (?:just )?(?:made|make|did make|found) (?:an? |some )?(?:\w+ )?(?:mistake|error|slip|miscalculation)|\b(?:i|we) (?:was|were|am|are) (?:wrong|mistaken|incorrect)\b|\b(?:that|this|it|which|the (?:above|answer|result|box|boxed value))(?: (?:above|answer|result))? (?:is|was|seems|looks|must be) (?:\w+ly )?(?:wrong|incorrect|mistaken|false|not (?:right|correct))\b|\bthat['’]s (?:wrong|incorrect|not (?:right|correct))\b|\b(?:cannot|can['’]t|could not|couldn['’]t) decide\b|\bi (?:miscalculated|misread|misspoke|miscounted)\b|(?:等等|等一下|不对|我错了|算错了|更正)/iu

/** Whether the words right before a value say that it is not meant. */
export function isDeniedBefore(before: string): boolean {
  return DENIED_BEFORE.test(lastClause(before))
}

/** Whether the words right behind a value say that it is not meant. */
export function isDeniedAfter(after: string): boolean {
  return DENIED_AFTER.test(after.slice(0, 120))
}

/** Whether the words before `the answer is` make it a supposition, a denial or the opinion of somebody else. */
export function isSupposed(before: string): boolean {
  const clause = lastClause(before)
  return SUPPOSED_BEFORE.test(clause) || DENIED_BEFORE.test(clause)
}

/** Whether a value is named as a possibility only. */
export function isHedged(before: string): boolean {
  return HEDGED.test(lastClause(before))
}

/** Whether a text behind a stated answer takes it back. */
export function isRetracted(after: string): boolean {
  return RETRACTED.test(after.slice(0, 2_000))
}

/** The last 160 characters that belong to the same sentence. */
function lastClause(before: string): string {
  const near = before.slice(-160)
  const stops = [...near.matchAll(/[.!?。！？]\s|\n\n/gu)]
  const stop = stops.at(-1)
  return stop === undefined ? near : near.slice(stop.index + stop[0].length)
}
