import { createHash } from 'node:crypto'
import { trigramFilter } from './trigrams.ts'

/** A form that keys of a service have, by which one is known whatever variable it is kept in. */
type KnownForm = { name: string; form: RegExp }

/**
 * Forms of keys that their services made recognisable by a prefix. Where the facts come from: the rules of gitleaks
 * (github.com/gitleaks/gitleaks, cmd/generate/config/rules), the plugins of detect-secrets (github.com/Yelp/detect-secrets)
 * and the services' own pages on tokens, as of November 2026. A form without a prefix of its own (32 hexadecimal digits,
 * say) is left out: too much else looks like it. To add one, add a line and a sample to the test.
 */
export const knownForms: readonly KnownForm[] = [
  { name: 'Hugging Face token', form: /\b(?:hf|api_org)_[A-Za-z]{34,40}\b/u },
  { name: 'OpenAI key', form: /\bsk-(?:(?:proj|svcacct|admin|None)-)?[\w-]{20,90}T3BlbkFJ[\w-]{20,90}/u },
  { name: 'Anthropic key', form: /\bsk-ant-[a-z]{3,5}\d\d-[\w-]{40,}/u },
  { name: 'OpenRouter key', form: /\bsk-or-v1-[0-9a-f]{64}\b/u },
  { name: 'key of the form sk-', form: /\bsk-[A-Za-z0-9]{32,64}\b/u },
  { name: 'Groq key', form: /\bgsk_[A-Za-z0-9]{48,56}\b/u },
  { name: 'xAI key', form: /\bxai-[A-Za-z0-9]{70,90}\b/u },
  { name: 'NVIDIA key', form: /\bnvapi-[\w-]{60,80}/u },
  { name: 'Fireworks key', form: /\bfw_[A-Za-z0-9]{22,32}\b/u },
  { name: 'Together key', form: /\btgp_v1_[\w-]{40,50}/u },
  { name: 'Perplexity key', form: /\bpplx-[A-Za-z0-9]{48,56}\b/u },
  { name: 'Replicate token', form: /\br8_[A-Za-z0-9]{37,40}\b/u },
  { name: 'Azure OpenAI key', form: /\b[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}\b/u },
  { name: 'GitHub token', form: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{82})\b/u },
  { name: 'GitLab token', form: /\bgl(?:pat|dt|ptt|rt|oas)-[\w-]{20,64}/u },
  { name: 'AWS key', form: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/u },
  { name: 'Google API key', form: /\bAIza[\w-]{35}/u },
  { name: 'Google OAuth token', form: /\b(?:ya29\.[\w-]{30,}|GOCSPX-[\w-]{28})/u },
  { name: 'Slack token', form: /\b(?:xox[abeoprs]-[\w-]{20,}|xapp-\d-[\w-]{20,})/u },
  { name: 'Slack webhook', form: /hooks\.slack\.com\/(?:services|workflows)\/[\w/+]{40,60}/u },
  { name: 'Stripe key', form: /\b[rs]k_(?:live|prod)_[A-Za-z0-9]{10,99}\b/u },
  { name: 'SendGrid key', form: /\bSG\.[\w-]{20,24}\.[\w-]{39,50}/u },
  { name: 'npm token', form: /\bnpm_[A-Za-z0-9]{36}\b/u },
  { name: 'PyPI token', form: /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}/u },
  { name: 'Databricks token', form: /\bdapi[0-9a-f]{32}(?:-\d)?\b/u },
  { name: 'DigitalOcean token', form: /\bdo[opr]_v1_[0-9a-f]{64}\b/u },
  { name: 'Telegram bot token', form: /\b\d{8,10}:AA[\w-]{33}\b/u },
  { name: 'age secret key', form: /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/u },
  {
    name: 'private key',
    form: /-----BEGIN[ A-Z0-9]{0,40} PRIVATE KEY(?: BLOCK)?-----\s{1,8}[A-Za-z0-9+/=\s:,-]{64}/u,
  },
  {
    name: 'address with a password',
    form: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{1,64}:[^\s:/@{}$<*]{8,128}@[\w.-]{4,}/u,
  },
]

/** Of every form three characters that it always has, the rarer the better. */
export const formTrigrams: readonly string[] =
  'hf_ pi_ sk- gsk xai pi- fw_ tgp plx r8_ JQQ hp_ ho_ hu_ hs_ hr_ b_p lpa ldt lpt lrt loa KIA SIA BIA CCA AIz a29 SPX xox xap ks. k_l k_p SG. pm_ ypi dap _v1 :AA AGE VAT ://'.split(
    ' ',
  )

const mayHoldKey = trigramFilter(formTrigrams)

const shortestForm = 18
/** Of an address, name and password together. */
const longestPassword = 256
const isInKey = new Uint8Array(256)
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:/+')
  isInKey[sign.charCodeAt(0)] = 1
const [slash, at, letterV, letterT] = Array.from('/@VT', (sign) => sign.charCodeAt(0))

/**
 * Whether three signs of `formTrigrams`, which end at a place, may belong to a key: the word that they stand in is long
 * enough; of an address, a password may follow; `VAT` is in the first line of a private key, which has spaces.
 */
export function mayBeKeyAt(bytes: Uint8Array, end: number): boolean {
  if (bytes[end] === letterT && bytes[end - 2] === letterV) return true
  if (bytes[end] === slash) return bytes.subarray(end, end + longestPassword).includes(at!)
  let [from, to] = [end, end]
  while (to - from < shortestForm && isInKey[bytes[from - 1] ?? 0] === 1) from -= 1
  while (to - from < shortestForm && isInKey[bytes[to] ?? 0] === 1) to += 1
  return to - from >= shortestForm
}

/** A text that has the form of a key. */
export type KeyLike = {
  /** Of the form. */
  name: string
  value: string
  /** Names the value without telling it: the beginning of its sha256. */
  mark: string
}

/** Characters that differ: what has fewer is a placeholder such as `hf_xxxx…`. */
const leastVariety = 8

/**
 * The first text in a form that only keys have.
 *
 * @param allowed marks of those that a person has looked at and that are none
 */
export function findKeyLike(text: string, allowed: ReadonlySet<string> = new Set()): KeyLike | undefined {
  if (!mayHoldKey(text)) return undefined
  for (const { name, form } of knownForms) {
    if (!form.test(text)) continue
    for (const match of text.matchAll(new RegExp(form.source, 'gu'))) {
      const [value] = match
      if (isPlaceholder(value) || isInsideData(text, match.index, value.length)) continue
      const mark = markOf(value)
      if (!allowed.has(mark)) return { name, value, mark }
    }
  }
  return undefined
}

function markOf(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 12)
}

/**
 * Signs of base64 that stand on both sides of a value without a break, together. Among so many, of an image or an
 * archive, every short form comes up by chance once in a gigabyte or so; a key that somebody uses stands by itself.
 */
const dataSigns = 128
const base64Sign = /[\w+/-]/

function isInsideData(text: string, start: number, length: number): boolean {
  let before = 0
  while (before < dataSigns && base64Sign.test(text[start - 1 - before] ?? '')) before += 1
  const end = start + length
  let after = 0
  while (after < dataSigns && base64Sign.test(text[end + after] ?? '')) after += 1
  return before + after >= dataSigns
}

function isPlaceholder(value: string): boolean {
  const body = value.replace(/^.{0,8}?[-_.]/u, '')
  return (
    new Set(body).size < leastVariety ||
    /x{6}|\*{4}|\.{4}|example|your[-_]?|abcdef|012345|123456/iu.test(body)
  )
}
