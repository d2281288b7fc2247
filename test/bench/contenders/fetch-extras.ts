import { pipeline, withTokenRefresh } from 'fetch-extras';
import type { Contender } from '../contender.ts';
import { keep, kept, refreshByHand } from './own-storage.ts';

export const contender: Contender = {
  seed: keep,
  open(origin) {
    const post = async (url: string, body: object): Promise<unknown> =>
      (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json();
    const apiFetch = pipeline(fetch, withTokenRefresh({ refreshToken: () => refreshByHand(origin, post) }));
    return (path) => apiFetch(origin + path, { headers: { authorization: `Bearer ${kept().accessToken}` } });
  },
};
