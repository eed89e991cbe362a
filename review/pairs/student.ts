import type { StudentText } from '../../output/render/student-text.ts'
import type { ReviewPair } from './pair.ts'

/** What a student with a chat template of its own reads of the answer of one arm. */
export type ArmText = StudentText & {
  arm: string
  /** The configuration whose rows these are, and where its reasoning stands. */
  form: string
}

/** A model that is trained on the dataset, with its own template. */
export type Student = {
  name: string
  /** @throws RunError when its template cannot be read or does not end */
  read(pair: ReviewPair): Promise<ArmText[]>
}
