import type { Endpoint } from '../http/routes.ts';
import type { Allowance } from '../limits/allowance.ts';
import type { LoginLimits } from '../limits/login-limits.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { createTurns } from '../limits/turns.ts';
import { givingNonces } from './device-key.ts';
import type { EndpointHandler, ServerParts } from './endpoint.ts';
import { loginEndpoint } from './login.ts';
import { logoutEndpoint } from './logout.ts';
import { jwksEndpoint, metadataEndpoint } from './metadata.ts';
import { createOwnerCheck } from './owner.ts';
import { createPasswordCheck } from './password-check.ts';
import { refreshEndpoint } from './refresh.ts';
import { echoEndpoint, meEndpoint } from './resources.ts';
import { revokeEndpoint } from './revoke.ts';
import { endSessionEndpoint, logoutAllEndpoint, sessionsEndpoint } from './sessions.ts';

/** Password hashes that run at once, and logins that may wait for their turn. */
const hashes = { most: 4, waiting: 1_000 };

/** Everything the server serves. */
export function createEndpoints(
  parts: ServerParts & {
    readonly refreshes: RateLimit;
    readonly onSealed: (kept: { bound: boolean }) => void;
    readonly refreshesFrom: Allowance;
    readonly logins: LoginLimits;
  },
): Readonly<Record<Endpoint, EndpointHandler>> {
  const proven = (handler: EndpointHandler) => givingNonces(parts, handler);
  const checkPassword = createPasswordCheck({ ...parts, hashing: createTurns(hashes) });
  const requireOwner = createOwnerCheck({ ...parts, checkPassword });
  return {
    login: proven(loginEndpoint({ ...parts, checkPassword })),
    refresh: proven(refreshEndpoint(parts)),
    // No proof is asked for where a session ends: the key may be gone, and rights are only taken away.
    logout: logoutEndpoint(parts),
    revoke: revokeEndpoint(parts),
    sessions: proven(sessionsEndpoint(parts)),
    session: proven(endSessionEndpoint({ ...parts, requireOwner })),
    'logout-all': proven(logoutAllEndpoint({ ...parts, requireOwner })),
    metadata: metadataEndpoint(parts),
    jwks: jwksEndpoint(parts),
    me: proven(meEndpoint(parts)),
    echo: proven(echoEndpoint(parts)),
  };
}
