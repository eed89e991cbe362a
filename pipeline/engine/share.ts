/** Which worker of how many this is, counted from 0. */
export type Share = { index: number; count: number }
