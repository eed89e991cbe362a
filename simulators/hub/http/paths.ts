const types = '(?<types>models|datasets|spaces)'
const repository = '(?<repository>[^/]+/[^/]+?)'
/** A revision is one segment, percent-encoded, or a reference written out. */
const revision = '(?<revision>refs/(?:heads|tags|pr|convert)/[^/]+|[^/]+)'

/** The path of an API call on a repository: `/api/datasets/NAMESPACE/NAME` and what follows. */
export function apiPath(rest = ''): RegExp {
  return new RegExp(`^/api/${types}/${repository}${expand(rest)}$`)
}

/** The path of a page of a repository: `/datasets/NAMESPACE/NAME` and what follows; models have no prefix. */
export function pagePattern(rest: string): RegExp {
  return new RegExp(`^/(?:(?<types>datasets|spaces)/)?${repository}${expand(rest)}$`)
}

function expand(rest: string): string {
  return rest.replace(':revision', revision).replace(':path', '(?<path>.*)').replace(':name', '(?<branch>.+)')
}
