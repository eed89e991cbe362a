/*
 * What the names inside of marks say. Model families invent new marks faster than anybody lists them, but they all call
 * them by the same few words.
 */

/** Whether a name says that the text is reasoning: `think`, `seed:think`, `START_THINKING`, `reasoning_content`, `cot`. */
export function namesReasoning(name: string): boolean {
  const plain = plainName(name)
  if (
    /token|effort|budget|signature|count|finish|stop|encrypted|redacted|format|level|mode|time/u.test(plain)
  )
    return false
  return (
    /think|thought|reason|scratchpad|monologue|deliberat|chainofthought|rationale|reflection|^inner|思考|思维|推理|反思/u.test(
      plain,
    ) || /^(?:cot|analysis|thoughts?|working)$/u.test(plain)
  )
}

/** Whether a name says that the text is the answer: `answer`, `response`, `begin_of_box`, `START_RESPONSE`, `solution`. */
export function namesAnswer(name: string): boolean {
  return /answer|respon[sd]|^output$|^final|finaloutput|solution|^result$|^reply$|conclusion|ofbox$|^box(?:ed)?$|^(?:最终|最后)?(?:回[答复]|答案)$/u.test(
    plainName(name),
  )
}

/** Whether a member of this name holds an answer and nothing but it; labels such as `response_id` do not. */
export function isAnswerMember(name: string): boolean {
  return /^(?:text|output|output_text|completion|answer|response|final|final_answer|final_response|reply|solution|result)$/u.test(
    name,
  )
}

/** Names in angle brackets that text for people is full of: HTML, SVG, MathML. */
export function namesMarkup(name: string): boolean {
  return markup.has(name.toLowerCase()) || /^h[1-6]$/iu.test(name)
}

function plainName(name: string): string {
  return name.replaceAll(/[^\p{L}]/gu, '').toLowerCase()
}

const markup: ReadonlySet<string> = new Set(
  `a abbr article aside b big blockquote body br button canvas caption center cite code col dd del div dl dt em fieldset
figcaption figure font footer form g head header hr html i iframe img input ins kbd label legend li line link main map
mark math mfrac mi mn mo mrow msqrt msub msup mtable mtd mtr mtext nav noscript ol option p path pre q rect root s samp
script section select small span strong style sub summary sup svg table tbody td template textarea tfoot th thead time
title tr tt u ul var video xml`.split(/\s+/u),
)
