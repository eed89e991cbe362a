/** What a server's word for the end of an answer means. */
export type EndWord =
  /** The model ended by itself. */
  | 'good'
  /** A limit of tokens or of the context was met. */
  | 'cut'
  /** A moderation filter stepped in. */
  | 'refused'
  /** The server or the network broke off: asking again may help. */
  | 'broken'
  /** No word, which some servers send in every chunk and some never. */
  | 'none'
  /** A word that nobody knows: the answer is not known to be complete. */
  | 'unknown'

const good: ReadonlySet<string> = new Set(
  `stop stopped eos eostoken eossequence endturn endofturn end ended endoftext complete completed finish finished done
normal success succeeded stopsequence stoptoken stopstring stopstr stopword natural naturalstop imend eot eotid hiteos
endofsequence endofmessage s`.split(/\s+/u),
)
const kinds: readonly [EndWord, RegExp][] = [
  ['broken', /ratelimit|quota/u],
  [
    'refused',
    /filter|safe|sensitiv|refus|moderat|block|prohibit|recitation|policy|guardrail|toxic|spii|censor|risk|violat|harm|firewall|forbidden|audit|nsfw|illegal/u,
  ],
  [
    'cut',
    /length|maxtoken|maxoutput|maxcompletion|maxnewtoken|tokenlimit|limit$|limit(?:reached|exceeded|hit)|outoftoken|contextwindow|contextoverflow|contextfull|truncat|incomplete|partial|exhaust|budget|^max$/u,
  ],
  [
    'broken',
    /error|abort|timeout|timedout|network|cancel|disconnect|interrupt|overload|unavailable|insufficient|fail|exception|reset|closed|preempt|evict|kill|lost|internal|deadline|^oom$|outofmemory|crash|shutdown|broke|gone|drop|terminat|expire|died|restart|hangup|stall/u,
  ],
]

/**
 * Sorts the word that an answer ended with. Only the known good words are good ends: servers invent others, and most of
 * them mean that something is missing.
 *
 * @param word as the server sent it; empty when it sent none
 */
export function endWord(word: string): EndWord {
  const plain = word
    .replace(/^finish[_ ]?reason[._ ]/iu, '')
    .replaceAll(/[^\p{L}]/gu, '')
    .toLowerCase()
  if (word.trim() === '') return 'none'
  if (good.has(plain)) return 'good'
  return kinds.find(([, words]) => words.test(plain))?.[0] ?? 'unknown'
}
