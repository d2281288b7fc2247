/** Somebody who waits in a line. */
export interface Waiting {
  readonly share: string;
  /** Comes before all who are not. */
  readonly first: boolean;
}

/** A line in which each party has its turn after one of each other party, however many of its own stand there. */
export interface FairQueue<W extends Waiting> {
  readonly size: number;
  add(waiting: W): void;
  next(): W | undefined;
  /** Takes out whoever came last of the party with the most waiting, if it has more than the newcomer's; undefined otherwise. */
  makeRoomFor(newcomer: Waiting): W | undefined;
}

export function fairQueue<W extends Waiting>(): FairQueue<W> {
  const lines = { first: new Map<string, W[]>(), others: new Map<string, W[]>() };
  let size = 0;

  /** A party that has had its turn goes to the end. */
  function take(line: Map<string, W[]>): W | undefined {
    const [entry] = line;
    if (entry === undefined) return undefined;
    const [share, waiting] = entry;
    const next = waiting.shift();
    line.delete(share);
    if (waiting.length > 0) line.set(share, waiting);
    size -= 1;
    return next;
  }

  return {
    get size() {
      return size;
    },
    add(waiting) {
      const line = waiting.first ? lines.first : lines.others;
      const own = line.get(waiting.share);
      if (own === undefined) line.set(waiting.share, [waiting]);
      else own.push(waiting);
      size += 1;
    },
    next: () => take(lines.first) ?? take(lines.others),
    makeRoomFor({ share, first }) {
      const own = first ? 0 : (lines.others.get(share)?.length ?? 0);
      let most: W[] = [];
      for (const waiting of lines.others.values()) if (waiting.length > most.length) most = waiting;
      const last = most.length > own + (first ? 0 : 1) ? most.pop() : undefined;
      if (last === undefined) return undefined;
      size -= 1;
      if (most.length === 0) lines.others.delete(last.share);
      return last;
    },
  };
}
