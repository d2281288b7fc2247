import type { IncomingMessage } from 'node:http';
import { invalidRequest, Refusal } from '../http/refusal.ts';
import { hostFlaw, targetFlaw } from './request-target.ts';

/** What `new Request` refuses to make (Fetch, “forbidden method”). */
const impossibleMethods: readonly string[] = ['CONNECT', 'TRACE', 'TRACK'];

/** @throws Refusal for a first line, or a `Host`, that could be read in two ways. */
export function refuseUnclearTarget({
  method = 'GET',
  url = '/',
  headersDistinct,
  httpVersion,
}: IncomingMessage): void {
  if (impossibleMethods.includes(method)) {
    throw new Refusal(501, 'invalid_request', `${method} is not served here.`);
  }
  const wrongHost = hostFlaw(headersDistinct['host'] ?? [], httpVersion);
  if (wrongHost !== null) throw invalidRequest(wrongHost);
  const wrongTarget = targetFlaw(url);
  if (wrongTarget !== null) throw invalidRequest(`The request target is not in origin-form. ${wrongTarget}`);
}

export interface RequestParts {
  readonly body?: ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal;
}

type Head = { readonly [Name in 'method' | 'url']?: string | undefined } & Pick<
  IncomingMessage,
  'headers' | 'headersDistinct'
>;

/** A request as the Fetch standard has it, for a target that is no longer in doubt. */
export function requestOf(incoming: Head, { body, signal }: RequestParts = {}): Request {
  const { method = 'GET', url = '/', headersDistinct, headers } = incoming;
  const entries = Object.entries(headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  const init = { method, headers: entries, ...(signal !== undefined && { signal }), duplex: 'half' };
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  return new Request(`http://${headers.host ?? 'localhost'}${url}`, hasBody ? { ...init, body } : init);
}

/**
 * A request of Node, or of Express, as the Fetch standard has it, without its body: what `server.authenticate()` looks at.
 *
 * @throws TypeError for a method that no `Request` can have, such as `TRACE`.
 */
export function toRequest(incoming: IncomingMessage & { readonly originalUrl?: string }): Request {
  const { headers, headersDistinct, method, originalUrl, url } = incoming;
  // Express cuts the path that a router is mounted at; proofs are for all of it.
  const target = originalUrl ?? url ?? '/';
  return requestOf({ headers, headersDistinct, method, url: target });
}
