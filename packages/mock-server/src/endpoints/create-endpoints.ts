import type { Endpoint } from '../http/routes.ts';
import type { AttemptLimits } from '../limits/attempt-limits.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { createTurns } from '../limits/turns.ts';
import type { EndpointHandler, ServerParts } from './endpoint.ts';
import { loginEndpoint } from './login.ts';
import { logoutEndpoint } from './logout.ts';
import { jwksEndpoint, metadataEndpoint } from './metadata.ts';
import { refreshEndpoint } from './refresh.ts';
import { echoEndpoint, meEndpoint } from './resources.ts';
import { revokeEndpoint } from './revoke.ts';
import { endSessionEndpoint, logoutAllEndpoint, sessionsEndpoint } from './sessions.ts';

/** Password hashes that run at once, and logins that may wait for their turn. */
const hashing = { most: 4, waiting: 1_000 };

/** Everything the server serves. */
export function createEndpoints(
  parts: ServerParts & {
    readonly refreshes: RateLimit;
    readonly onSealed: () => void;
    readonly perAccount: AttemptLimits;
    readonly perAddress: AttemptLimits;
  },
): Readonly<Record<Endpoint, EndpointHandler>> {
  const { perAccount, perAddress } = parts;
  return {
    login: loginEndpoint({ ...parts, limits: { perAccount, perAddress, turns: createTurns(hashing) } }),
    refresh: refreshEndpoint(parts),
    logout: logoutEndpoint(parts),
    revoke: revokeEndpoint(parts),
    sessions: sessionsEndpoint(parts),
    session: endSessionEndpoint(parts),
    'logout-all': logoutAllEndpoint(parts),
    metadata: metadataEndpoint(parts),
    jwks: jwksEndpoint(parts),
    me: meEndpoint(parts),
    echo: echoEndpoint(parts),
  };
}
