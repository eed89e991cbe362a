/**
 * Control characters, those of the C1 range among them, line and paragraph separators, marks that change the direction in
 * which the lines around them are read, and the mark of byte order. Line ends and tabs are none.
 */
export const steering = /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\p{Bidi_Control}\uFEFF]/gu

/**
 * A line of JSON that is safe to print: the same data, with every character that would steer a terminal escaped, of which
 * JSON itself escapes only the first thirty-two.
 */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    steering,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
