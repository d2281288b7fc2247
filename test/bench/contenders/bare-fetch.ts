import type { Contender } from '../contender.ts';
import { keep, kept } from './own-storage.ts';

export const contender: Contender = {
  seed: keep,
  open(origin) {
    const { accessToken } = kept();
    return (path) => fetch(origin + path, { headers: { authorization: `Bearer ${accessToken}` } });
  },
};
