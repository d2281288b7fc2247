import Session from 'supertokens-website';
import type { Contender } from '../contender.ts';

const init = (origin: string): void =>
  Session.init({ apiDomain: origin, apiBasePath: '/auth', tokenTransferMethod: 'header' });

export const contender: Contender = {
  async seed({ accessToken, refreshToken, expiresAt }, origin) {
    init(origin);
    // It takes its tokens from the headers of an answer.
    await fetch(`${origin}/supertokens/login`, {
      method: 'POST',
      body: JSON.stringify({ accessToken, refreshToken, expiresAt }),
    });
  },
  open(origin) {
    init(origin);
    return async (path) => (await fetch(origin + path)).status;
  },
};
