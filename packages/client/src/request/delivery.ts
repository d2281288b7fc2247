import { NotReplayableError, SessionChangedError } from '../errors.ts';
import type { Acquire } from '../session/acquire.ts';
import type { SessionRecord } from '../token/session-record.ts';
import { type FruitlessRefreshes, remember } from './fruitless-refreshes.ts';

/** One request of the application, ready to be sent with a token, and once more if need be. */
export interface Delivery {
  /** Method and URL. */
  readonly method: string;
  readonly url: string;
  /** The caller's own, without the token. */
  readonly headers: HeadersInit;
  /** Whether the body is a stream, which can be sent only once. */
  readonly streaming: boolean;
  readonly signal: AbortSignal | null | undefined;
  /** @param authorization the header; `null` sends without. @param last whether it is certain not to be sent again. */
  send(authorization: string | null, last: boolean): Promise<Response>;
  /** Lets go of what was kept for sending again. */
  release(): void;
}

/** Endpoints remembered for refusing even a fresh access token; more than a page ever has at once. */
const capacity = 64;

/**
 * Sends requests: attaches the token, and on an answer that says "expired" refreshes once and sends once more.
 * @param current the record in storage.
 */
export function createDelivery(
  { usable, renewed }: Acquire,
  current: () => SessionRecord | null,
  fruitless: FruitlessRefreshes,
  saysExpired: (response: Response, delivery: Delivery) => boolean | Promise<boolean>,
): (delivery: Delivery) => Promise<Response> {
  /** Which access token an endpoint refused right after a refresh: that refusal is not about its age. */
  const refusedFresh = new Map<string, string>();
  let lastToken = '';
  let lastHeader = '';

  /** Made once for each token: a text put together anew is copied by the browser for every request. */
  const headerOf = (token: string): string => {
    if (token !== lastToken) lastHeader = `Bearer ${token}`;
    lastToken = token;
    return lastHeader;
  };
  const endpointOf = ({ method, url }: Delivery): string => `${method} ${url.replace(/[?#].*/, '')}`;

  /** The pair to send again with, or `null` where sending again makes no sense. */
  const successorOf = (sent: SessionRecord, delivery: Delivery): Promise<SessionRecord> | null => {
    const record = current();
    // Signed out meanwhile: the answer stands.
    if (!record) return null;
    if (record.id !== sent.id) throw new SessionChangedError();
    const { accessToken } = sent;
    const isRefusedFresh = refusedFresh.get(endpointOf(delivery)) === accessToken;
    if (record.accessToken === accessToken && (isRefusedFresh || fruitless.left() > 0)) return null;
    return renewed(sent, delivery.signal);
  };

  const afterVerdict = async (
    sent: SessionRecord,
    response: Response,
    expired: boolean | Promise<boolean>,
    delivery: Delivery,
  ): Promise<Response> => {
    const next = (await expired) && (await successorOf(sent, delivery));
    if (!next) {
      delivery.release();
      return response;
    }
    if (delivery.streaming) throw new NotReplayableError(response);
    void response.body?.cancel().catch(() => {});
    const { accessToken } = next;
    const second = await delivery.send(headerOf(accessToken), true);
    if (await saysExpired(second, delivery)) {
      remember(refusedFresh, endpointOf(delivery), accessToken, capacity);
      fruitless.note(accessToken);
    }
    return second;
  };

  const sendWith = (sent: SessionRecord | null, delivery: Delivery): Promise<Response> => {
    if (!sent) return delivery.send(null, true);
    return delivery.send(headerOf(sent.accessToken), false).then((response) => {
      const expired = saysExpired(response, delivery);
      if (expired) return afterVerdict(sent, response, expired, delivery);
      delivery.release();
      return response;
    });
  };

  // The way of a request with a fresh token: nothing but one callback comes between it and a bare fetch.
  return (delivery) =>
    usable({ patient: delivery.streaming, signal: delivery.signal }, (record) => sendWith(record, delivery));
}
