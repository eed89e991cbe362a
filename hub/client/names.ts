/** Whether a text is the name of a repository, with or without its owner, and nothing that leads an address elsewhere. */
export function isRepoName(text: string): boolean {
  return /^(?:[\w.-]{1,96}\/)?[\w.-]{1,96}$/u.test(text) && !/(?:^|\/)\.+(?:\/|$)/u.test(text)
}

/** Whether a text is the name of a commit: the 40 hexadecimal digits of git's sha1. */
export function isCommit(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{40}$/u.test(text)
}
