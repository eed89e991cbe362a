import { modelNoun } from './leaks.ts'

/** Whether an answer opens by declining. A slip that is owned up to ("Sorry, I made an error above") is no refusal. */
export function isRefusal(answer: string): boolean {
  const opening = answer.trimStart().slice(0, 300)
  return refusalPatterns.some((pattern) => pattern.test(opening))
}

const cannot = String.raw`(?:can(?:'|’)?t|cannot|can not|won(?:'|’)t|will not|am not able to|(?:'|’)m not able to|am unable to|(?:'|’)m unable to|must decline to)`
const decline = String.raw`(?:help(?! but)|assist|comply|fulfil|provide|answer|do that|discuss|engage|continue|support|create|generate|share)`

const refusalPatterns: readonly RegExp[] = [
  new RegExp(
    String.raw`^(?:I(?:'|’)m|I am|We(?:'|’)re|My apologies|Sorry|I apologi[sz]e)\b[^.!?\n]{0,40}\bI ?(?:${cannot}) ${decline}\b`,
    'i',
  ),
  new RegExp(
    String.raw`^(?:Unfortunately,? )?I ?${cannot} (?:help(?! but)|assist|comply|fulfil|engage|discuss|do that)\b`,
    'i',
  ),
  new RegExp(String.raw`^As an? (?:${modelNoun}|AI),? I ?${cannot}\b`, 'i'),
  /^(?:很?抱歉|对不起)[，,][^。\n]{0,10}(?:无法|不能)(?:提供|回答|协助|帮助|满足|完成)/,
]
