import { isFromForeignPage } from '../http/foreign-page.ts';
import { originOf } from '../origins.ts';

/** After so many different ones it is somebody who makes them up. */
const mostOrigins = 20;

/**
 * Tells of each origin whose pages ask and are not allowed, once: their own console says only that something of CORS went wrong.
 * What is no origin is not told.
 */
export function createForeignPages(tell: (origin: string) => void): (request: Request, response: Response) => void {
  const told = new Set<string>();

  return (request, response) => {
    const header = request.headers.get('origin') ?? '';
    const origin = header === 'null' || header.length > 256 ? null : originOf(header);
    if (origin === null || told.has(origin) || told.size >= mostOrigins) return;
    // What the server allowed, it said.
    if (response.headers.has('access-control-allow-origin')) return;
    if (!isFromForeignPage(request, new URL(request.url), [])) return;
    told.add(origin);
    tell(origin);
  };
}

/** What is said where nobody listens. */
export function warnOfForeignPage(origin: string): void {
  process.emitWarning(
    `A page of ${origin} asked and is not allowed: name it in allowedOrigins of createAuthServer().`,
    {
      code: 'LATCHKEY_ORIGIN',
    },
  );
}
