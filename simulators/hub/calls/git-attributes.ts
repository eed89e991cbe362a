import { matchesGlob } from 'node:path'

const largeFiles = [
  '*.7z',
  '*.arrow',
  '*.bin',
  '*.bz2',
  '*.gz',
  '*.npy',
  '*.npz',
  '*.parquet',
  '*.pt',
  '*.safetensors',
  '*.tar',
  '*.tgz',
  '*.xz',
  '*.zip',
  '*.zst',
  '*.wav',
  '*.mp3',
  '*.flac',
  '*.jpg',
  '*.jpeg',
  '*.png',
  '*.webp',
  '*.mp4',
]

/** What a new repository starts with. */
export const defaultGitAttributes = largeFiles
  .map((pattern) => `${pattern} filter=lfs diff=lfs merge=lfs -text\n`)
  .join('')

/** Whether the attributes make a path large. As in git, the last line that matches and names a filter decides. */
export function isLarge(attributes: string, path: string): boolean {
  let large = false
  for (const line of attributes.split('\n')) {
    const [pattern = '', ...settings] = line.trim().split(/\s+/)
    if (pattern === '' || pattern.startsWith('#')) continue
    const filter = settings.find((setting) => /^[-!]?filter(=|$)/.test(setting))
    if (filter !== undefined && matches(pattern, path)) large = filter === 'filter=lfs'
  }
  return large
}

/** A pattern without a slash is matched against the file's name, one with a slash against the whole path. */
function matches(pattern: string, path: string): boolean {
  if (!pattern.includes('/')) return matchesGlob(path.split('/').at(-1)!, pattern)
  return matchesGlob(path, pattern.replace(/^\//, ''))
}
