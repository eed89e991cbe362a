import * as fc from 'fast-check'

const units = Array.from(
  'abcXYZ 0 \n\t.,$|-é\u0301ſßΩαωДд中文，。かナーｱ한กำລາកាမြאבعرअबதꦗ𑀓𝑥ℝ∑ªº々〇𠀀😀𐎀\u00a0\u2003\u0085\ufeff\u200b\u3000',
)
const halves = ['\ud840', '\ude00', '\ud83d', '\udfff']

/** Texts of scripts, white space of all kinds, characters of two units and halves of such. */
export const hardText = fc.oneof(
  fc.array(fc.constantFrom(...units, ...halves), { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
