type Part = { text: string } | { path: string; mayBeAbsent: boolean }

/** Whether a prompt field is a text with columns in braces and not the name of one column. */
export function isTemplate(field: string): boolean {
  return field.includes('{')
}

/**
 * The parts of a template such as `"{context}\n\n{question}"`: a path in braces stands for its value, with a question mark
 * (`{input?}`) it may be absent from a row, and `{{` and `}}` stand for single braces. A text that tells what is wrong
 * otherwise.
 */
export function readTemplate(template: string): Part[] | string {
  const parts: Part[] = []
  for (const [piece, path] of template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g)) {
    if (piece === '{' || piece === '}')
      return `a brace stands alone; write {column} for a column and ${piece}${piece} for the character`
    const name = path?.trim().replace(/\?$/, '')
    if (name === '') return 'a pair of braces names no column'
    if (name !== undefined) parts.push({ path: name, mayBeAbsent: path!.trim().endsWith('?') })
    else parts.push({ text: piece === '{{' ? '{' : piece === '}}' ? '}' : piece })
  }
  return parts.some((part) => 'path' in part) ? parts : 'no column stands in braces'
}

/** The paths that a template names. */
export function templatePaths(template: string): string[] {
  const parts = readTemplate(template)
  return typeof parts === 'string' ? [] : parts.flatMap((part) => ('path' in part ? [part.path] : []))
}
