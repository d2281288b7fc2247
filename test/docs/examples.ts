import type { TokenResponse } from '@latchkey/mock-server';
import { ticketOf } from '../../packages/mock-server/src/tokens/refresh-token.ts';
import {
  ada,
  type Exchange,
  form,
  jsonBody,
  openExampleServer,
  refreshAsk,
  withEvidence,
  withToken,
} from './example-server.ts';
import { shown } from './http-message.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const tokensIn = ({ text }: Exchange): TokenResponse => JSON.parse(text) as TokenResponse;
const aKey = 'p9Yb3vQ0mJ7cX2dRk8sLwFhTzNaEgUoVi1yB5xC6rGM';

/** One user's story, told request by request. Each is an example; the name is that of its section. */
export async function tellExamples(): Promise<ReadonlyMap<string, string>> {
  const { server, ask, close } = await openExampleServer();
  const told = new Map<string, string>();
  const tell = (name: string, exchange: Exchange, options?: { allHeaders: boolean }): Exchange => {
    told.set(name, shown(exchange, options));
    return exchange;
  };
  try {
    const loginAsk = jsonBody(
      'auth/login',
      { username: ada.username, password: ada.password, client_id: 'spa', device_label: 'Work laptop' },
      { 'user-agent': firefox },
    );
    const first = tokensIn(tell('login', await ask(loginAsk), { allHeaders: true }));
    tell('login refused', await ask(jsonBody('auth/login', { username: ada.username, password: 'guess' })));

    server.clock.advance('4m');
    tell('me', await ask(withToken('GET', 'me', first.access_token)));
    tell('sessions', await ask(withToken('GET', 'auth/sessions', first.access_token)));

    server.clock.advance('19m');
    tell('me refused', await ask(withToken('GET', 'me', first.access_token)));
    const second = tokensIn(tell('refresh', await ask(refreshAsk(first.refresh_token, aKey))));
    server.clock.advance('30s');
    tell('refresh repeated', await ask(refreshAsk(first.refresh_token, aKey)));

    server.clock.advance('2h');
    tell(
      'logout',
      await ask(form('auth/logout', { access_token: second.access_token, refresh_token: second.refresh_token })),
    );
    tell('refresh refused', await ask(refreshAsk(second.refresh_token)));

    const third = tokensIn(await ask(jsonBody('auth/login', ada)));
    const logout_ticket = await ticketOf(third.refresh_token);
    tell('logout by ticket', await ask(form('auth/logout', { logout_ticket, sid: third.sid })));

    const fourth = tokensIn(await ask(jsonBody('auth/login', ada)));
    const fifth = tokensIn(await ask(jsonBody('auth/login', ada)));
    const { access_token, refresh_token: token } = fourth;
    const { password } = ada;
    tell('end session', await ask(withEvidence('DELETE', `auth/sessions/${fifth.sid}`, access_token, { password })));
    const refresh = { refresh_token: token };
    tell('logout all', await ask(withEvidence('POST', 'auth/logout-all?keep_current=true', access_token, refresh)));
    tell('revoke', await ask(form('auth/revoke', { token, token_type_hint: 'refresh_token', client_id: 'spa' })));

    tell('metadata', await ask({ method: 'GET', path: '.well-known/oauth-authorization-server' }));
    const jwks = await ask({ method: 'GET', path: 'auth/jwks' });
    // A key is made anew for every run.
    tell('jwks', { ...jwks, text: jwks.text.replace(/"(x|y)":"[\w-]{43}"/g, '"$1":"(43 characters)"') });
    tell(
      'preflight',
      await ask({
        method: 'OPTIONS',
        path: 'auth/refresh',
        headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'idempotency-key' },
      }),
      { allHeaders: true },
    );
    return told;
  } finally {
    await close();
  }
}
