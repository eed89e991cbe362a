import type { Worker } from '../../engine/worker.ts'

/** A worker whose progress does not count what it finds done, because others have counted it. */
export function uncounted(worker: Worker): Worker {
  return { ...worker, reporter: { ...worker.reporter, advance: () => undefined } }
}
