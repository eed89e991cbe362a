/**
 * Signs that nobody sees and that change what is read: control characters, marks of direction, of no width, tags, halves of
 * characters. Line ends and tabs are none, nor are the joiners that scripts and emoji need.
 */
const hidden =
  /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\u00AD\u200B\u2060-\u2064\uFEFF\u{E0000}-\u{E007F}]/gu

/** A text in which what was hidden is named: `⟦U+202E⟧`. */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(hidden, (sign) => `⟦U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟧`)
}
