import { fileURLToPath } from 'node:url'
import { readText } from '../../store/files/entries.ts'
import { plotVariables } from './plot.ts'

const path = fileURLToPath(new URL('./style.css', import.meta.url))

/** The style sheet of a report, with the colours of its charts; on paper everything is light. */
export async function reportStyle(): Promise<string> {
  const sheet = await readText(path)
  if (sheet === undefined) throw new Error(`${path} is missing`)
  const light = `:root { ${plotVariables('light')} }`
  return [
    sheet,
    light,
    `@media (prefers-color-scheme: dark) { :root { ${plotVariables('dark')} } }`,
    `@media print { ${light} }`,
    '',
  ].join('\n')
}
