/** Named texts beside the sessions, in the same database. */
export interface Settings {
  read(name: string): Promise<string | null>;
  /** Writes `next` if the text still is `present` (null: if there is none). Returns whether it was. */
  replace(name: string, present: string | null, next: string): Promise<boolean>;
}
