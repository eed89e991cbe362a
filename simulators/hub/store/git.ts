import { createHash } from 'node:crypto'

/** The object id that git gives a file with this content: 40 hex digits. */
export function blobOid(content: Uint8Array): string {
  return objectOid('blob', content)
}

/** The text that git keeps in place of a large file, as the git-lfs specification writes it. */
export function pointerText(oid: string, size: number): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`
}

/** The tree ids of every folder that the files make, by the folder's path; the root is the empty path. */
export function treeOids(files: ReadonlyMap<string, { oid: string }>): Map<string, string> {
  const root: Folder = { files: new Map(), folders: new Map() }
  for (const [path, { oid }] of files) {
    const names = path.split('/')
    const last = names.pop()!
    let folder = root
    for (const name of names) {
      let next = folder.folders.get(name)
      if (next === undefined) folder.folders.set(name, (next = { files: new Map(), folders: new Map() }))
      folder = next
    }
    folder.files.set(last, oid)
  }
  const oids = new Map<string, string>()
  addTree(root, '', oids)
  return oids
}

/** The id of a commit; `date` in whole seconds of Unix time. */
export function commitOid(commit: {
  tree: string
  parents: readonly string[]
  author: string
  date: number
  message: string
}): string {
  const signature = `${commit.author} <${commit.author}@users.noreply.invalid> ${commit.date} +0000`
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${signature}`,
    `committer ${signature}`,
    '',
    commit.message,
  ]
  return objectOid('commit', Buffer.from(`${lines.join('\n')}\n`))
}

type Folder = { files: Map<string, string>; folders: Map<string, Folder> }

function addTree(folder: Folder, path: string, oids: Map<string, string>): string {
  const entries = [...folder.files].map(([name, oid]) => ({ mode: '100644', name, sortName: name, oid }))
  for (const [name, child] of folder.folders) {
    const oid = addTree(child, path === '' ? name : `${path}/${name}`, oids)
    // Git sorts a folder as if its name ended with a slash.
    entries.push({ mode: '40000', name, sortName: `${name}/`, oid })
  }
  entries.sort((one, other) => Buffer.compare(Buffer.from(one.sortName), Buffer.from(other.sortName)))
  const content = Buffer.concat(
    entries.map(({ mode, name, oid }) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]),
    ),
  )
  const oid = objectOid('tree', content)
  oids.set(path, oid)
  return oid
}

function objectOid(kind: string, content: Uint8Array): string {
  return createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex')
}
