import type { AuthServer, RequestContext } from '../auth-server.ts';
import type { Clock } from '../clock/clock.ts';
import type { EndpointHandler } from '../endpoints/endpoint.ts';
import { type FaultQueue, faultName } from '../faults/faults.ts';
import { keptText } from '../kept-text.ts';
import { countedAddress } from '../limits/counted-address.ts';
import type { RequestLog } from '../log/request-log.ts';
import { answerRefusal, empty } from './answer.ts';
import { accessTokenOf } from './authorization.ts';
import { corsHeaders, isPreflight } from './cors.ts';
import { refuseForeignPages } from './foreign-page.ts';
import { refuseLongHead } from './head-limits.ts';
import { Refusal } from './refusal.ts';
import { type Endpoint, type Match, matchPath, normalBasePath } from './routes.ts';

interface Parts {
  readonly handlers: Readonly<Record<Endpoint, EndpointHandler>>;
  readonly allowedOrigins: readonly string[];
  readonly echo: boolean;
  readonly clock: Clock;
  readonly faults: FaultQueue;
  readonly log: RequestLog;
}

/** Takes a request to its endpoint, through the faults it is to meet, and gives the answer the headers all answers have. */
export function createDispatch({ handlers, allowedOrigins, echo, clock, faults, log }: Parts): AuthServer['fetch'] {
  return async (request, context = {}) => {
    const basePath = normalBasePath(context.basePath ?? '/');
    const url = publicUrl(request, context);
    const match = matchPath(url.pathname, basePath, { echo });
    const cors = corsHeaders(request, allowedOrigins);
    const dated = (response: Response) => finished(response, cors, clock.now());
    // Also where nothing is served, or no page could read the 404.
    if (isPreflight(request)) return dated(empty(204));
    if (match === null)
      return dated(answerRefusal(new Refusal(404, 'not_found', 'Nothing is served here.'), 'problem'));

    const { endpoint } = match.route;
    const accessToken = accessTokenOf(request);
    const entry = log.add({ endpoint, method: request.method, path: url.pathname, at: clock.now() });
    // Before anything is waited for, so that faults meet requests in the order in which these arrive.
    const fault = faults.take(endpoint);
    if (fault !== null) entry.meets(faultName(fault));
    if (accessToken !== null) await entry.note({ accessToken });
    const handle = async (): Promise<Response> => {
      try {
        refuseLongHead(request);
        if (context.anyOrigin !== true) refuseForeignPages(request, url, allowedOrigins);
        refuseOtherMethods(request, match);
        const exchange = { request, url, now: clock.now(), basePath, rest: match.rest, entry, ...clientOf(context) };
        return withoutBodyForHead(request, await handlers[endpoint](exchange));
      } catch (failure) {
        if (!(failure instanceof Refusal)) throw failure;
        return withoutBodyForHead(request, answerRefusal(failure, match.route.refusals));
      }
    };
    const response =
      fault === null
        ? await handle()
        : await faults.apply(fault, { handle, signal: request.signal, onHold: entry.hold });
    if (response.type === 'error') {
      entry.lost();
      return response;
    }
    const answer = dated(response);
    entry.answered(answer.status, answer.ok ? null : await errorOf(answer));
    return answer;
  };
}

/** The request's address as its sender knows it: what proofs are for, and what the metadata names. */
export function publicUrl({ url: address }: Request, { origin }: RequestContext): URL {
  const url = new URL(address);
  return origin === undefined ? url : new URL(`${url.pathname}${url.search}`, origin);
}

/** An address is at most 45 characters, and a zone; where a proxy passes on what it was told, it may be anything. */
const longestAddress = 64;

function clientOf(context: RequestContext) {
  const clientIp = context.clientIp === undefined ? undefined : keptText(context.clientIp, longestAddress);
  return { clientIp, address: clientIp === undefined ? undefined : countedAddress(clientIp) };
}

function refuseOtherMethods({ method }: Request, { route }: Match): void {
  if (route.methods === null || route.methods.includes(method)) return;
  throw new Refusal(405, 'invalid_request', `${method} is not served here.`, {
    headers: { allow: route.methods.join(', ') },
  });
}

const withoutBodyForHead = (request: Request, response: Response): Response =>
  request.method === 'HEAD' ? new Response(null, response) : response;

/** With the headers that every answer has. */
export function finished(response: Response, cors: Record<string, string>, now: number): Response {
  const headers = new Headers(response.headers);
  headers.set('date', new Date(now).toUTCString());
  for (const [name, value] of Object.entries(cors)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function errorOf(response: Response): Promise<string | null> {
  if (!/json/.test(response.headers.get('content-type') ?? '')) return null;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : null;
  return typeof error === 'string' ? error : null;
}
