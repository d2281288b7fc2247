import { NotReplayableError, SessionChangedError } from '../errors.ts';
import type { SessionRecord } from '../token/session-record.ts';

/** One request of the application, ready to be sent with a token, and once more if need be. */
export interface Delivery {
  /** Method and URL. */
  readonly method: string;
  readonly url: string;
  /** Whether the body is a stream, which can be sent only once. */
  readonly streaming: boolean;
  readonly signal: AbortSignal | null | undefined;
  /** @param accessToken `null` sends without. @param last whether it is certain not to be sent again. */
  send(accessToken: string | null, last: boolean): Promise<Response>;
  /** Lets go of what was kept for sending again. */
  release?(): void;
}

export interface DeliveryPorts {
  /** A record whose access token can be used now, at once or after a refresh; `null` when nobody is signed in. */
  readonly acquire: (need: {
    patient: boolean;
    signal: AbortSignal | null | undefined;
  }) => SessionRecord | null | Promise<SessionRecord | null>;
  /** The record in storage. */
  readonly current: () => SessionRecord | null;
  /** A newer pair than `refused`, whose access token the API did not take. */
  readonly renew: (refused: SessionRecord, signal: AbortSignal | null | undefined) => Promise<SessionRecord>;
  readonly saysExpired: (response: Response) => boolean | Promise<boolean>;
  readonly now: () => number;
}

/** Refreshes in so many milliseconds that did not help, after which a 401 causes no more of them. */
const fruitlessLimit = 3;
const fruitlessPeriod = 60_000;

/** Endpoints remembered for refusing even a fresh access token; more than a page ever has at once. */
const capacity = 64;

/** Sends requests: attaches the token, and on an answer that says "expired" refreshes once and sends once more. */
export function createDelivery(ports: DeliveryPorts): (delivery: Delivery) => Promise<Response> {
  const { acquire, current, renew, saysExpired, now } = ports;
  /** Which access token an endpoint refused right after a refresh: that refusal is not about its age. */
  const refusedFresh = new Map<string, string>();
  /** When the last refreshes were that did not help. */
  let fruitless: { accessToken: string; at: number }[] = [];

  const remember = (endpoint: string, accessToken: string): void => {
    refusedFresh.delete(endpoint);
    refusedFresh.set(endpoint, accessToken);
    if (refusedFresh.size > capacity) for (const oldest of refusedFresh.keys()) return void refusedFresh.delete(oldest);
  };
  const noteFruitless = (accessToken: string): void => {
    if (fruitless.at(-1)?.accessToken === accessToken) return;
    fruitless = [...fruitless, { accessToken, at: now() }].slice(-fruitlessLimit);
  };
  const tooManyFruitless = (): boolean => {
    const [first] = fruitless;
    return fruitless.length === fruitlessLimit && first !== undefined && now() - first.at < fruitlessPeriod;
  };

  const endpointOf = ({ method, url }: Delivery): string => `${method} ${url.replace(/[?#].*/, '')}`;

  /** The pair to send again with, or `null` where sending again makes no sense. */
  const successorOf = async (sent: SessionRecord, delivery: Delivery): Promise<SessionRecord | null> => {
    const record = current();
    // Signed out meanwhile: the answer stands.
    if (!record) return null;
    if (record.id !== sent.id) throw new SessionChangedError();
    const same = record.accessToken === sent.accessToken;
    if (same && (refusedFresh.get(endpointOf(delivery)) === sent.accessToken || tooManyFruitless())) return null;
    return renew(sent, delivery.signal);
  };

  const afterVerdict = async (
    sent: SessionRecord,
    response: Response,
    expired: true | Promise<boolean>,
    delivery: Delivery,
  ): Promise<Response> => {
    const next = (await expired) ? await successorOf(sent, delivery) : null;
    if (!next) {
      delivery.release?.();
      return response;
    }
    if (delivery.streaming) throw new NotReplayableError(response);
    void response.body?.cancel().catch(() => {});
    const second = await delivery.send(next.accessToken, true);
    if (await saysExpired(second)) {
      remember(endpointOf(delivery), next.accessToken);
      noteFruitless(next.accessToken);
    }
    return second;
  };

  const sendWith = (sent: SessionRecord | null, delivery: Delivery): Promise<Response> => {
    if (!sent) return delivery.send(null, true);
    return delivery.send(sent.accessToken, false).then((response) => {
      const expired = saysExpired(response);
      if (expired !== false) return afterVerdict(sent, response, expired, delivery);
      delivery.release?.();
      return response;
    });
  };

  // The way of a request with a fresh token: nothing but one callback comes between it and a bare fetch.
  return (delivery) => {
    const sent = acquire({ patient: delivery.streaming, signal: delivery.signal });
    return sent instanceof Promise ? sent.then((record) => sendWith(record, delivery)) : sendWith(sent, delivery);
  };
}
