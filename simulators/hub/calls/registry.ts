import type { Call } from '../http/exchange.ts'
import { createBranch, createTag, deleteBranch, refs } from './branches.ts'
import { commit } from './commit.ts'
import { commits } from './commits.ts'
import { createRepo } from './create-repo.ts'
import { lfsBatch, lfsVerify } from './lfs.ts'
import { preupload } from './preupload.ts'
import { listRepos, repoInfo, revisionInfo } from './repo-info.ts'
import { createPullRequest, mergePullRequest, pullRequestDetails } from './pull-requests.ts'
import { deleteRepo, moveRepo, settings } from './repo-settings.ts'
import { raw, resolve } from './resolve.ts'
import { pathsInfo, tree } from './tree.ts'
import { validateYaml } from './validate-yaml.ts'
import { whoami } from './whoami.ts'
import { xetToken } from '../xet/calls.ts'

/** Every call that the Hub answers. The first whose method and path fit is taken. */
export const hubCalls: readonly Call[] = [
  createRepo,
  deleteRepo,
  moveRepo,
  whoami,
  validateYaml,
  listRepos,
  preupload,
  lfsBatch,
  lfsVerify,
  commit,
  tree,
  pathsInfo,
  revisionInfo,
  refs,
  createBranch,
  deleteBranch,
  createTag,
  commits,
  createPullRequest,
  pullRequestDetails,
  mergePullRequest,
  settings,
  xetToken,
  resolve,
  raw,
  repoInfo,
]
