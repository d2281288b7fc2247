import { memoryStore, type TokenResponse } from '@latchkey/mock-server';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { ticketOf } from '../../packages/mock-server/src/tokens/refresh-token.ts';
import { ada, jsonBody, openExampleServer, refreshAsk, start } from './example-server.ts';
import { fenced, table } from './markdown.ts';

/** What an access token says, taken from one that the server has issued. */
export async function tellAccessToken(): Promise<string> {
  const { ask, close } = await openExampleServer();
  try {
    const { text } = await ask(jsonBody('auth/login', { ...ada, client_id: 'spa' }));
    const { access_token } = JSON.parse(text) as TokenResponse;
    const parts = [decodeProtectedHeader(access_token), decodeJwt(access_token)];
    return parts.map((part) => fenced('json', JSON.stringify(part, null, 2))).join('\n\n');
  } finally {
    await close();
  }
}

const idempotencyKey = 'p9Yb3vQ0mJ7cX2dRk8sLwFhTzNaEgUoVi1yB5xC6rGM';

/** What the database holds after a refresh, beside the secrets it was computed from. */
export async function tellStoredValues(): Promise<string> {
  const store = memoryStore();
  const { ask, close } = await openExampleServer({ store });
  try {
    const first = JSON.parse((await ask(jsonBody('auth/login', ada))).text) as TokenResponse;
    const second = JSON.parse((await ask(refreshAsk(first.refresh_token, idempotencyKey))).text) as TokenResponse;
    const [parent] = (await store.list())[0]?.tokens ?? [];
    const successor = Buffer.from(parent?.successor ?? '', 'base64url');
    return table(
      ['what', 'value'],
      [
        ['refresh token', first.refresh_token],
        ['Idempotency-Key', idempotencyKey],
        ['its successor', second.refresh_token],
        ['logout ticket', await ticketOf(first.refresh_token)],
        ['`token_hash`', parent?.hash ?? ''],
        ['`revoke_verifier`', parent?.revokeVerifier ?? ''],
        ['`idem_key_hash`', parent?.keyHash ?? ''],
        ['nonce', successor.subarray(0, 12).toString('base64url')],
        ['`successor_ct`', parent?.successor ?? ''],
      ].map(([what = '', value = '']) => [what, `\`${value}\``]),
    );
  } finally {
    await close();
  }
}

/** Days between two refreshes: just within the week. */
const stride = 6;

/** One line for every refresh: from its day to the end of the window that the server then tells. */
export async function tellTwoLimits(): Promise<string> {
  const day = 86_400;
  const { server, ask, close } = await openExampleServer();
  try {
    let tokens = JSON.parse((await ask(jsonBody('auth/login', ada))).text) as TokenResponse;
    const length = tokens.authorization_expires_in / day;
    const lines: string[] = [];
    for (let at = 0; at < length; at += stride) {
      server.clock.advance(start + at * day * 1_000 - server.clock.now());
      if (at > 0) tokens = JSON.parse((await ask(refreshAsk(tokens.refresh_token))).text) as TokenResponse;
      const window = tokens.refresh_token_timeout / day;
      const left = tokens.authorization_expires_in / day;
      if (at + left !== length) throw new Error('The three months have moved.');
      const what = `${at === 0 ? 'login' : 'refresh'} on day ${at}`.padEnd(18);
      lines.push([what, ' '.repeat(at), '='.repeat(window), ' '.repeat(length - at - window), '|'].join(''));
    }
    return fenced('text', [...lines, `${' '.repeat(18 + length)}| day ${length}: nothing moves this end`].join('\n'));
  } finally {
    await close();
  }
}
