import { day, hour, minute } from '../clock/duration.ts';
import { createAttemptLimits } from './attempt-limits.ts';
import { boundedMap } from './bounded-map.ts';
import { networksAround } from './counted-address.ts';

/** Whose password is tried, and from where; a mount that knows no addresses makes of all clients one. */
export interface LoginAttempt {
  readonly username: string;
  readonly address: string | undefined;
  /** Names a session of the user whose ticket came with the attempt: that is the user's own device. */
  readonly device?: string | null;
}

/** Slows guessing down without keeping the owner out. */
export interface LoginLimits {
  /** Milliseconds until this attempt may be looked at; 0 when it may now. */
  waitFor(attempt: LoginAttempt, now: number): number;
  failed(attempt: LoginAttempt, now: number): void;
  succeeded(attempt: LoginAttempt, now: number): void;
  /** Notes that the user is there: a session of the user was refreshed from there. */
  remember(attempt: LoginAttempt, now: number): void;
  /** Whether the user has been let in from there, or shows a session of the user's. */
  isKnown(attempt: LoginAttempt, now: number): boolean;
  clear(): void;
}

/** For so long an address is known from which a user was let in. */
const knownFor = 90 * day;
/** Addresses that are known for one user. */
const mostKnown = 20;
/** Promises that are kept to one network. */
const mostPromises = 16;

/**
 * Counts wrong passwords. An account and an address, an address and the networks around it wait up to a quarter of an hour: only
 * themselves. An account from all addresses together waits a minute at most, and who was told when to come back is looked at then,
 * whatever others have done meanwhile. After a hundred wrong passwords an account takes one an hour (NIST SP 800-63B §5.2.2). A device
 * that the user has been let in from passes all of that but its own count, so guessers cannot keep it out.
 */
export function createLoginLimits(): LoginLimits {
  const perAccountAndDevice = createAttemptLimits({ free: 5 });
  const perAddress = createAttemptLimits({ free: 50 });
  const perNetwork = createAttemptLimits({ free: 200, longestWait: minute });
  /** The second one tells a network that goes on for long from many people in one network. */
  const perAccountAndNetwork = [
    createAttemptLimits({ free: 20, longestWait: minute }),
    createAttemptLimits({ free: 40, firstWait: minute }),
  ] as const;
  const perAccount = createAttemptLimits({ free: 20, longestWait: minute });
  const perAccountInAll = createAttemptLimits({ free: 100, firstWait: hour, longestWait: hour, forgetAfter: day });
  /** When whoever had to wait for others may come back. */
  const promises = boundedMap<{ at: number; share: string }>({
    mostOfShare: mostPromises,
    shareOf: (_, { share }) => share,
  });
  const known = boundedMap<number>({
    most: 100_000,
    mostOfShare: mostKnown,
    shareOf: (key) => key.split('\n')[0] ?? '',
  });

  const nameOf = ({ username, address, device }: LoginAttempt) =>
    `${countedName(username)}\n${device ?? ''}\n${device ? '' : (address ?? '')}`;
  const placeOf = ({ username, address }: LoginAttempt) => `${countedName(username)}\n${address ?? ''}`;

  function isKnown(attempt: LoginAttempt, now: number): boolean {
    if (attempt.device) return true;
    const at = attempt.address === undefined ? undefined : known.get(placeOf(attempt));
    return at !== undefined && now - at < knownFor;
  }

  /** What the address and the networks around it have brought upon themselves. */
  function waitForNetworks({ username, address = '' }: LoginAttempt, now: number): number {
    const around = networksAround(address).around.flatMap((network) => [
      perNetwork.waitFor(network, now),
      ...perAccountAndNetwork.map((limit) => limit.waitFor(`${countedName(username)}\n${network}`, now)),
    ]);
    return Math.max(perAddress.waitFor(address, now), ...around);
  }

  function waitForOthers(attempt: LoginAttempt, now: number): number {
    const promised = promises.get(nameOf(attempt));
    if (promised !== undefined) return Math.max(0, promised.at - now);
    const wait = perAccount.waitFor(countedName(attempt.username), now);
    if (wait > 0) promises.set(nameOf(attempt), { at: now + wait, share: networksAround(attempt.address ?? '').share });
    return wait;
  }

  function remember(attempt: LoginAttempt, now: number): void {
    if (attempt.address !== undefined) known.set(placeOf(attempt), now);
  }

  return {
    isKnown,
    remember,
    waitFor(attempt, now) {
      const own = perAccountAndDevice.waitFor(nameOf(attempt), now);
      if (attempt.address === undefined || isKnown(attempt, now)) return own;
      const inAll = perAccountInAll.waitFor(countedName(attempt.username), now);
      const wait = Math.max(own, inAll, waitForNetworks(attempt, now));
      return wait > 0 ? wait : waitForOthers(attempt, now);
    },
    failed(attempt, now) {
      promises.delete(nameOf(attempt));
      perAccountAndDevice.failed(nameOf(attempt), now);
      if (attempt.address === undefined) return;
      const name = countedName(attempt.username);
      perAccountInAll.failed(name, now);
      // What a known device gets wrong is no reason to let others wait.
      if (isKnown(attempt, now)) return;
      perAddress.failed(attempt.address, now);
      perAccount.failed(name, now);
      for (const network of networksAround(attempt.address).around) {
        perNetwork.failed(network, now);
        for (const limit of perAccountAndNetwork) limit.failed(`${name}\n${network}`, now);
      }
    },
    succeeded(attempt, now) {
      promises.delete(nameOf(attempt));
      perAccountAndDevice.succeeded(nameOf(attempt));
      remember(attempt, now);
    },
    clear() {
      const limits = [
        perAccountAndDevice,
        perAddress,
        perNetwork,
        ...perAccountAndNetwork,
        perAccount,
        perAccountInAll,
      ];
      for (const memory of [...limits, promises, known]) memory.clear();
    },
  };
}

/** Names that look alike are guessed at together, whatever the directory of users makes of them. */
const countedName = (username: string): string => username.normalize('NFKC').toLowerCase().normalize('NFKC');
