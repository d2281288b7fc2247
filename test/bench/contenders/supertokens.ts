import Session from 'supertokens-website';
import type { Contender } from '../contender.ts';

const init = (origin: string): void =>
  Session.init({ apiDomain: origin, apiBasePath: '/auth', tokenTransferMethod: 'header' });

export const contender: Contender = {
  async seed({ accessToken, refreshToken, expiresAt }, origin) {
    // It takes its tokens from the headers of an answer.
    const headers = {
      'st-access-token': accessToken,
      'st-refresh-token': refreshToken,
      'front-token': btoa(JSON.stringify({ uid: 'ada', ate: expiresAt, up: {} })),
    };
    window.fetch = async () => new Response('{}', { headers });
    init(origin);
    await fetch(`${origin}/login`, { method: 'POST' });
  },
  open(origin) {
    init(origin);
    return (path) => fetch(origin + path);
  },
};
