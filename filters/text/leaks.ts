import { openPhraseGate } from './phrase-gate.ts'

/**
 * The first place where the text mentions the teacher itself by a name that the prompt does not mention.
 *
 * @param possible what `possibleLeaks` says of the text
 */
export function findIdentity(
  text: string,
  prompt: string,
  possible = possibleLeaks(text),
): string | undefined {
  const allowed = new Map<string | undefined, boolean>()
  for (const [index, pattern] of identityPatterns.entries()) {
    if ((possible & (1 << index)) === 0) continue
    // A name that the prompt mentions may stand before one that it does not.
    for (const match of text.matchAll(pattern)) {
      const name = match.groups?.['name']?.toLowerCase()
      const isAllowed = allowed.get(name) ?? isOfPrompt(name, prompt)
      allowed.set(name, isAllowed)
      if (!isAllowed) return match[0]
    }
  }
  return undefined
}

function isOfPrompt(name: string | undefined, prompt: string): boolean {
  return name === undefined ? promptAsksAboutModels(prompt) : prompt.toLowerCase().includes(name)
}

/**
 * The first place where the text refers to a reference answer as something that it can see.
 *
 * @param possible what `possibleLeaks` says of the text
 */
export function findReference(text: string, possible = possibleLeaks(text)): string | undefined {
  for (const [index, pattern] of referencePatterns.entries()) {
    if ((possible & (1 << (identityPatterns.length + index))) === 0) continue
    const match = pattern.exec(text)
    if (match !== null) return match[0]
  }
  return undefined
}

/** Whether the prompt itself contains an answer or a solution to refer to, as in "check the following solution". */
export function promptGivesAnswer(prompt: string): boolean {
  return /\b(?:given|provided|proposed|following|below|above|reference|expected|official|claimed|student'?s?|his|her|their|this)\b[^.?!\n]{0,40}\b(?:answer|solution|proof|key)s?\b|\b(?:answer|solution|proof)s?\b[^.?!\n]{0,20}\b(?:given|provided|below|above|key)\b/i.test(
    prompt,
  )
}

const self = String.raw`\b(?:I am|I'm|I’m|my name is|we are|you are)`
/** Names that are nothing but models. */
const models = String.raw`Qwen\d?|QwQ|ChatGPT|GPT-?[345](?:\.\d)?o?|gpt-oss|DeepSeek(?:[- ][RV]\d)?|Tongyi Qianwen|ERNIE Bot|ChatGLM|Kimi K\d|MiniMax|Nemotron|Hunyuan|Doubao`
/** Names that people, places and animals have too; only with a word on what they are. */
const namesakes = 'Claude|Gemini|Llama|Mistral|Phi|Gemma|Grok|Kimi|Bard|Copilot'
const makers = String.raw`OpenAI|Anthropic|Alibaba(?: Cloud| Group)?|DeepSeek|Google(?: DeepMind)?|Meta(?: AI)?|Mistral(?: AI)?|Moonshot AI|NVIDIA|Microsoft|Baidu|Zhipu(?: AI)?|xAI|ByteDance|Tencent`
/** What models are called. */
export const modelNoun = String.raw`(?:large |small )?(?:AI|A\.I\.|artificial intelligence|language)(?:[ -](?:language|chat|powered|based|virtual))?[ -](?:model|assistant|system|chatbot)`

const identityPatterns: readonly RegExp[] = [
  new RegExp(String.raw`${self},? (?:called |named )?(?<name>${models})\b`, 'gi'),
  new RegExp(String.raw`${self},? (?<name>${namesakes}),? (?:an? |the )?${modelNoun}\b`, 'gi'),
  new RegExp(
    String.raw`${self},? (?:an? |the )?${modelNoun},? (?:that (?:was|is) )?(?:called|named|created|developed|trained|made|built)\b`,
    'gi',
  ),
  new RegExp(
    String.raw`\b(?:I was|I am|I'm|I’m|I have been|I've been) (?:created|developed|trained|made|built) by (?<name>${makers})\b`,
    'gi',
  ),
  new RegExp(
    String.raw`\b[Aa]s an? (?:${modelNoun}|AI)(?: (?:created|developed|trained|made|built) by [\w ]{2,30})?,? (?:I|my)\b`,
    'g',
  ),
  new RegExp(
    String.raw`\b(?:[Aa]s|[Bb]eing) (?<name>${models}),? (?:an? |the )?(?:${modelNoun}|(?:large |small )?(?:language |reasoning )?model)\b`,
    'g',
  ),
  /\b(?<name>OpenAI|Anthropic)(?:'s|’s)? (?:content |usage )?(?:policy|policies|guidelines)\b/gi,
  /我是(?<name>通义千问|千问|文心一言|豆包|混元|智谱清言|Qwen|DeepSeek|ChatGPT|Kimi)/gi,
  /我是由?[^。\n]{0,16}(?:开发|训练|研发|创建)的(?:大型|大)?(?:语言模型|人工智能|AI|智能助手)/gi,
  /作为(?:一个|一名)?(?:大型|大)?(?:AI|人工智能|语言模型)(?:语言模型|助手|模型)?，?我/gi,
]

/** The last six characters of everything that may stand before a name together with the names. */
function endsOf(before: readonly string[], names: readonly string[]): string[] {
  return before.flatMap((each) => names.map((name) => `${each}${name}`.slice(-6)))
}

const beforeName = ['am ', "'m ", '’m ', 'is ', 're ', 'm, ', 's, ', 'e, ', 'ed ', 'as ', 'ng ']
const ofModels = [
  ...endsOf(beforeName, ['qwen', 'qwq', 'gpt3', 'gpt4', 'gpt5', 'gpt-3', 'gpt-4', 'gpt-5']),
  'gpt-os',
  'chatgp',
  'deepse',
  'tongyi',
  'ernie ',
  'chatgl',
  'kimi k',
  'inimax',
  'nemotr',
  'hunyua',
  'doubao',
]
const ofNoun = [
  'langua',
  'artifi',
  ...['ai ', 'ai-', 'a.i. ', 'a.i.-'].flatMap((name) =>
    ['mod', 'ass', 'sys', 'cha', 'pow', 'bas', 'vir'].map((kind) => `${name}${kind}`.slice(0, 6)),
  ),
]
const ofMakers = 'ope ant ali dee goo met mis moo nvi mic bai zhi xai byt ten'
  .split(' ')
  .map((maker) => `by ${maker}`)

/** What every match holds. Texts without Chinese are done with the patterns of Chinese at once. */
const identityAnchors = [
  ofModels,
  ofNoun,
  ofNoun,
  ofMakers,
  [...ofNoun, ' an ai', 's a ai'],
  ofModels,
  ['openai', 'anthro'],
  [],
  [],
  [],
]

function promptAsksAboutModels(prompt: string): boolean {
  return /\b(?:AI|chatbot|assistant|language models?|LLMs?|who are you|your name)\b|人工智能|语言模型|你是谁/i.test(
    prompt,
  )
}

const known = '(?:reference|official|ground[- ]truth|gold[- ]standard)'
const handed = '(?:given|provided|supplied|stated)'
const says = '(?:says|said|states|stated|shows|showed|gives|gave|claims|matches|agrees|differs|disagrees)'
const value = String.raw`(?:is|was|of|=|:)\s{0,3}(?:indeed |actually |just )?(?=[-$\\\d"“'(\[{])`

const referencePatterns: readonly RegExp[] = [
  new RegExp(String.raw`\b(?:the|this) (?:${known}|${handed}) (?:final )?answer (?:${says}\b|${value})`, 'i'),
  new RegExp(String.raw`\b(?:the|this) ${known} (?:final )?solution ${says}\b`, 'i'),
  new RegExp(
    String.raw`\b(?:match(?:es|ed|ing)?|agree(?:s|d)? with|agreeing with|consistent with|differ(?:s|ed)? from|contradict(?:s|ed|ing)?|same as) the (?:${known}|${handed}|expected) (?:final )?answer\b(?! (?:choice|option|format|type|form)s?)`,
    'i',
  ),
  new RegExp(String.raw`\bthe (?:answer key|answer sheet) (?:${says}|lists)\b`, 'i'),
  // A solution may also be one of salt, which gives and shows; it says nothing.
  new RegExp(
    String.raw`\b(?:the|this) (?:expected (?:final )?(?:answer|solution) ${says}|${handed} solution (?:says|said|states|stated|claims))\b`,
    'i',
  ),
  new RegExp(
    String.raw`\bthe ${known} (?:final )?answer (?:is|was) (?:different|another|the same|wrong|right|correct)\b`,
    'i',
  ),
  new RegExp(
    String.raw`\b(?:according to|judging by|based on|as per|going by) the (?:answer (?:key|sheet)|(?:${known}|provided|expected) (?:final )?(?:answer|solution))\b(?! (?:choice|option|format|type|form|of)s?)`,
    'i',
  ),
  /\b(?:I|we)(?:'ve| have| was| were|'m| am| are) (?:already )?(?:been )?(?:given|told|provided with) the (?:correct |final |reference )?answer\b(?! (?:choice|option)s?)/i,
  /(?:参考|标准)答案(?:是|为|给出|显示|中)/,
]

const ofKnown = {
  answer: ['ce ans', 'th ans', 'rd ans', 'cial a', 'ce fin', 'th fin', 'rd fin', 'cial f'],
  solution: ['ce sol', 'th sol', 'rd sol', 'cial s', 'ce fin', 'th fin', 'rd fin', 'cial f'],
}
/** Of what is given, provided, supplied, stated or expected. */
const ofHanded = { answer: ['en ans', 'en fin', 'ed ans', 'ed fin'], solution: ['en sol', 'ed sol'] }
const ofKey = ['wer ke', 'wer sh']

/** What every match holds; of the last two nothing that is rare enough. */
const referenceAnchors = [
  [...ofKnown.answer, ...ofHanded.answer],
  ofKnown.solution,
  [...ofKnown.answer, ...ofHanded.answer],
  ofKey,
  [...ofHanded.answer, ...ofHanded.solution],
  ofKnown.answer,
  [...ofKey, ...ofKnown.answer, ...ofKnown.solution, ...ofHanded.answer, ...ofHanded.solution],
  [],
  [],
]

/** Which of the patterns of both kinds may match a text, a bit for each: one pass for all of them. */
export const possibleLeaks = openPhraseGate([...identityAnchors, ...referenceAnchors])
