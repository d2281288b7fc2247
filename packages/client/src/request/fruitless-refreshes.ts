import { remaining } from '../waiting.ts';

/** So many refreshes that did not help, in so many milliseconds, and a refused token causes no more of them. */
const limit = 3;
const period = 60_000;

/** Refreshes of which the API refused the new token, too: what it does not like is something else than the token's age. */
export interface FruitlessRefreshes {
  /** Notes that a token which such a refresh brought was refused. */
  note(accessToken: string): void;
  /** Milliseconds for which no refused token causes a refresh. */
  left(): number;
}

/** Keeps so many entries: the newest. */
export function remember<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) if (map.size > most) map.delete(oldest);
}

export function createFruitlessRefreshes(now: () => number): FruitlessRefreshes {
  /** When each was refused first. */
  const noted = new Map<string, number>();
  return {
    note(accessToken) {
      if (!noted.has(accessToken)) remember(noted, accessToken, now(), limit);
    },
    left() {
      const [since = 0] = noted.values();
      return noted.size === limit ? remaining({ since, rest: period }, now()) : 0;
    },
  };
}
