import ky from 'ky';
import type { Contender } from '../contender.ts';
import { keep, kept } from './own-storage.ts';

export const contender: Contender = {
  seed: keep,
  open(origin) {
    const { accessToken } = kept();
    const api = ky.create({ baseUrl: origin });
    return (path) => api.get(path, { headers: { authorization: `Bearer ${accessToken}` } });
  },
};
