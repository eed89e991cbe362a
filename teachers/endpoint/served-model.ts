/**
 * Whether an answer can come from the model that was asked for. Paths, owners, providers, dates, versions and file endings
 * around one name are the same model; an answer that names none is taken at its word.
 */
export function isSameModel(asked: string, served: string): boolean {
  if (served === '') return true
  const [mine, theirs] = [partsOf(asked), partsOf(served)]
  if (mine.size === 0 || theirs.size === 0) return true
  return mine.isSubsetOf(theirs) || theirs.isSubsetOf(mine)
}

/** The parts of the last piece of a path, without a router's provider behind a colon: `Qwen/Qwen3-8B` is qwen3 and 8b. */
function partsOf(model: string): Set<string> {
  const name = (
    model
      .trim()
      .replace(/[\\/]+$/u, '')
      .split(/[\\/]/u)
      .at(-1) ?? ''
  ).toLowerCase()
  return new Set(
    name
      .replace(/\.gguf$/u, '')
      .split(/[^a-z0-9.]+/u)
      .filter(Boolean),
  )
}
