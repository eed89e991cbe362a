const share = Number(process.env['CHAOS_KILLS'] ?? 1)

/** How often a process is killed: a bounded share as a rule, `CHAOS_KILLS` times as many by wish. */
export const howOften = (usual: number): number => Math.ceil(usual * share)
