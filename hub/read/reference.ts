/** Which rows of the Hub. */
export type HubReference = {
  /** `org/name`. */
  repo: string
  /** Unset: the card's default, the one called `default`, or the only one. */
  config?: string | undefined
  /** `train` unless given. */
  split?: string | undefined
  /** A branch, tag or commit; `main` unless given. */
  revision?: string | undefined
  /** The recipe's section that it stands in, for messages; `problems` unless given. */
  section?: string | undefined
}

/** The commits that branches and tags stand for, by `org/name@branch`, so that a later reader reads the same. */
export type Pins = Readonly<Record<string, string>>

/** Columns by name, or a choice among those that a file (or in JSON Lines a row) has. */
export type ColumnChoice = readonly string[] | ((available: readonly string[]) => readonly string[])
