/** A piece of code and what comes into its place. */
export interface Edit {
  /** Tokens that follow one another exactly once in the client's sources; line breaks and comments between them count for nothing. */
  readonly find: string;
  readonly replace: string;
}

/** The client with one guard taken out, while it is loaded. */
export interface Mutant extends Edit {
  readonly name: string;
  /** Where the guard has more than one place. */
  readonly also?: readonly Edit[];
}
