import axios from 'axios';
import { createAuthRefresh } from 'axios-auth-refresh';
import type { Contender } from '../contender.ts';
import { keep, kept, refreshByHand } from './own-storage.ts';

export const contender: Contender = {
  seed: keep,
  open(origin) {
    const api = axios.create({ baseURL: origin, adapter: 'fetch' });
    api.interceptors.request.use((config) => {
      config.headers.Authorization = `Bearer ${kept().accessToken}`;
      return config;
    });
    const post = async (url: string, body: object): Promise<unknown> => (await axios.post(url, body)).data;
    createAuthRefresh(api, () => refreshByHand(origin, post));
    return (path) => api.get(path);
  },
};
