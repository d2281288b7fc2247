import { json } from '../http/answer.ts';
import { isShortText, readJsonObject } from '../http/body.ts';
import { invalidRequest } from '../http/refusal.ts';
import { refreshableUntil } from '../policy.ts';
import { endUnlessEnded } from '../rules/revocation.ts';
import { coarseUserAgent, ipPrefix } from '../sessions/device.ts';
import type { Family } from '../store/session-store.ts';
import { looksLikeTicket, verifierOf } from '../tokens/refresh-token.ts';
import { badRequest, presentedProof, spendProof } from './device-key.ts';
import type { EndpointHandler, ServerParts } from './endpoint.ts';
import { type PasswordCheck, wrongPassword } from './password-check.ts';

interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly clientId: string | null;
  readonly deviceLabel: string | null;
  /** Ends the session this login takes the place of. */
  readonly logoutTicket: string | null;
}

/** `POST auth/login`: a password for the first pair of a new session, bound to the key of the proof that came with it, if any. Unknown user and wrong password are one answer. */
export function loginEndpoint(parts: ServerParts & { checkPassword: PasswordCheck }): EndpointHandler {
  const { checkPassword, sessionTokens, store, policy, issuer } = parts;

  return async (exchange) => {
    const credentials = readCredentials(await readJsonObject(exchange.request));
    await exchange.entry.note({ ticket: credentials.logoutTicket ?? '' });
    const proof = await presentedProof(parts, exchange);
    const replaced = await sessionOf(credentials);
    const user = await checkPassword({ ...credentials, device: replaced }, exchange);
    const keys = await issuer.keys.load();
    if (proof !== null) spendProof(parts, proof, exchange.now, badRequest);
    const { family, refreshToken } = await sessionTokens.open({
      userId: user.username,
      clientId: credentials.clientId,
      createdAt: exchange.now,
      lastRotatedAt: exchange.now,
      deviceLabel: credentials.deviceLabel,
      userAgent: coarseUserAgent(exchange.request.headers.get('user-agent')),
      ipPrefix: ipPrefix(exchange.clientIp),
      deviceKey: proof?.deviceKey ?? null,
    });
    // A password changed meanwhile has revoked the sessions there were, and this one was not among them yet.
    if (!user.isStillValid()) {
      await end({ familyId: family.id }, 'password_change', exchange.now);
      throw wrongPassword();
    }
    const ticket = await verifierIn(credentials);
    if (ticket !== null) await end({ revokeVerifier: ticket }, 'login', exchange.now);
    await endSessionsBeyondLimit(family, exchange.now);
    return json(await sessionTokens.respond(family, refreshToken, exchange.now, { keys }));
  };

  /** The session of this user whose ticket came along. */
  async function sessionOf(credentials: Credentials): Promise<string | null> {
    const ticket = await verifierIn(credentials);
    if (ticket === null) return null;
    return store.decide({ revokeVerifier: ticket }, (found) => ({
      result: found?.family.userId === credentials.username ? found.family.id : null,
    }));
  }

  async function endSessionsBeyondLimit(newest: Family, now: number): Promise<void> {
    if (policy.maxSessions === Number.POSITIVE_INFINITY) return;
    const used = await store.unended(newest.userId, now - policy.refreshWindow);
    // A lapsed one takes nobody's place: counted, it would end one that is in use.
    const others = used.filter((family) => family.id !== newest.id && now < refreshableUntil(family, policy));
    for (const { id } of others.slice(0, Math.max(0, others.length + 1 - policy.maxSessions))) {
      await end({ familyId: id }, 'session_limit', now);
    }
  }

  async function end(
    lookup: { familyId: string } | { revokeVerifier: string },
    reason: 'password_change' | 'login' | 'session_limit',
    now: number,
  ): Promise<void> {
    await store.decide(lookup, endUnlessEnded(reason, now));
  }
}

const verifierIn = async ({ logoutTicket }: Credentials): Promise<string | null> =>
  logoutTicket !== null && looksLikeTicket(logoutTicket) ? verifierOf(logoutTicket) : null;

function readCredentials(body: Readonly<Record<string, unknown>>): Credentials {
  const { username, password } = body;
  if (typeof username !== 'string' || typeof password !== 'string') {
    throw invalidRequest('username and password must be text.');
  }
  if (!isShortText(username)) throw invalidRequest('username must be a short text.');
  return {
    username,
    password,
    clientId: optionalText(body, 'client_id'),
    deviceLabel: optionalText(body, 'device_label'),
    logoutTicket: optionalText(body, 'logout_ticket'),
  };
}

function optionalText(body: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = body[name];
  if (value === undefined || value === null || value === '') return null;
  if (!isShortText(value)) throw invalidRequest(`${name} must be a short text.`);
  return value;
}
