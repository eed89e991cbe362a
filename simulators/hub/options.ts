import { z } from 'zod'

/** Everything that a client can ask, by name: what a fault or a look into the log picks requests by. */
export const callKinds = [
  'create-repo',
  'delete-repo',
  'move-repo',
  'settings',
  'list-repos',
  'whoami',
  'validate-yaml',
  'repo-info',
  'revision',
  'refs',
  'create-branch',
  'delete-branch',
  'create-tag',
  'commits',
  'pull-request',
  'preupload',
  'lfs-batch',
  'lfs-verify',
  'commit',
  'tree',
  'paths-info',
  'resolve',
  'raw',
  'put-object',
  'put-part',
  'complete-multipart',
  'get-object',
  'xet-token',
  'xet-chunk',
  'post-xorb',
  'post-shard',
  'unknown',
] as const

export type CallKind = (typeof callKinds)[number]

/** A token that the server knows. */
export type Token = {
  token: string
  user: string
  role: 'read' | 'write'
  /** Namespaces besides the user's own in which the token may see private repositories and write. */
  organizations?: string[]
  /** Any namespace will do, so that a newcomer need not set one up. */
  anyNamespace?: boolean
}

/** The token of a server that was given none: made up, in the shape of a real one, may write anywhere. */
export const defaultToken: Token = {
  token: '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',
  user: 'local',
  role: 'write',
  organizations: ['demo-org'],
  anyNamespace: true,
}

/** When a fault strikes and how. */
export type FaultPlan = {
  name: string
  /** A kind of call, several, or a pattern over `METHOD /path?query`; without it every call that the fault can strike. */
  on?: CallKind | readonly CallKind[] | RegExp
  /** How often it strikes; default once. */
  times?: number
  /** How many calls that it could strike it lets pass before; default none. */
  after?: number
  /** Strikes each call with this probability instead of in turn (`times` is then without limit unless given). */
  rate?: number
  /** Seed of the draw of `rate`. */
  seed?: number
  /** Seconds that the fault announces: `Retry-After`, `t=` of the rate limit. */
  seconds?: number
}

/** A fault plan as JSON says it: `on` is a kind, a list of kinds or a pattern between slashes. */
export const FaultPlanJson = z
  .strictObject({
    name: z.string(),
    on: z
      .union([
        z.enum(callKinds),
        z.array(z.enum(callKinds)),
        z
          .string()
          .regex(/^\/.+\/$/)
          .transform((text) => new RegExp(text.slice(1, -1))),
      ])
      .optional(),
    times: z.int().positive().optional(),
    after: z.int().nonnegative().optional(),
    rate: z.number().min(0).max(1).optional(),
    seed: z.int().optional(),
    seconds: z.number().nonnegative().optional(),
  })
  .transform((plan) =>
    Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined)),
  ) as unknown as z.ZodType<FaultPlan>

export type HubOptions = {
  /** Where repositories and objects are kept; a second start on the same folder finds them again. */
  folder: string
  /** Port of the Hub; default a free one. */
  port?: number
  /** Port of the object store, which is another origin; default a free one. */
  objectsPort?: number
  /** Default: `defaultToken` alone. */
  tokens?: readonly Token[]
  faults?: readonly FaultPlan[]
  /** The clock, in milliseconds of Unix time. */
  now?: () => number
  /** Objects of this many bytes and more are uploaded in parts of `partSize` bytes; default 32 MiB in parts of 16 MiB. */
  multipart?: { from: number; partSize: number }
  /** Files above this many bytes are large under any name; default 10 MB. */
  regularLimit?: number
  /** Rows on a page of a tree; default 1000, and 50 with `expand`. */
  pageSize?: number
  /**
   * How long an upload or download URL holds, in seconds, and how often an upload URL can be used; default an hour, no
   * limit.
   */
  urls?: { seconds?: number; uses?: number }
  /** Whether clients that offer to upload in the Xet protocol do so; default no, they upload plain objects. */
  xet?: boolean
  /** A file that gets one JSON line a request. */
  logFile?: string
}
