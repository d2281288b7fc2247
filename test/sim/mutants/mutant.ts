/** The client with one guard taken out: a piece of one source file, replaced while it is loaded. */
export interface Mutant {
  readonly name: string;
  /** Below packages/client/src. */
  readonly file: string;
  /** Must be in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}
