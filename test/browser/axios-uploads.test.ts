import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { AxiosRequestConfig, AxiosStatic } from 'axios';
import { expect, test } from 'vitest';
import { type AppWindow, logIn, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

// Kind: an option of axios that works with axios alone breaks the request, or does nothing, with the client's adapter.

const app = useApp();
const dist = new URL('../../packages/client/dist/', import.meta.url);
const axiosFile = createRequire(import.meta.url)
  .resolve('axios/package.json')
  .replace('package.json', 'dist/esm/axios.js');

// Run in the page.
declare const client: AppWindow['client'];
declare const axios: AxiosStatic;
declare const axiosAdapter: typeof import('@latchkey/client/axios').axiosAdapter;

/** An application with the real axios, whose API is asked over HTTP/1.1. */
async function openWithAxios(browser: Parameters<typeof app.open>[0], options: object = {}): Promise<Tab> {
  const { pages } = app.site;
  for (const name of await readdir(dist)) if (name.endsWith('.js')) pages.serve(`/dist/${name}`, new URL(name, dist));
  pages.serve('/axios.js', pathToFileURL(axiosFile));
  const [tab] = await app.open(browser, 1, { options });
  await logIn(tab);
  await tab.evaluate(async () => {
    const add = (type: string, textContent: string) =>
      document.head.append(Object.assign(document.createElement('script'), { type, textContent }));
    add('importmap', JSON.stringify({ imports: { axios: '/axios.js' } }));
    const loaded = new Promise((resolve) => addEventListener('loaded', resolve, { once: true }));
    add(
      'module',
      `import axios from 'axios'; import { axiosAdapter } from '/dist/axios.js';
       Object.assign(window, { axios, axiosAdapter }); dispatchEvent(new Event('loaded'));`,
    );
    await loaded;
  });
  return tab;
}

/** Uploads a body of every kind, and tries what else axios takes; gives what came of each. */
const tryOut = async (baseURL: string, pageUrl: string) => {
  const said: Record<string, unknown> = {};
  const api = axios.create({ baseURL, adapter: axiosAdapter(client) });
  const send = async (
    name: string,
    data: unknown,
    { progress = true, ...config }: AxiosRequestConfig & { progress?: boolean } = {},
    method = 'post',
  ) => {
    let last = { loaded: -1, total: -2 as number | undefined };
    const onUploadProgress: AxiosRequestConfig['onUploadProgress'] = ({ loaded, total }) => {
      last = { loaded, total };
    };
    try {
      const answer = await api.request({ url: 'echo', method, data, ...(progress && { onUploadProgress }), ...config });
      said[name] = [answer.status, last.loaded > 0 && last.loaded === last.total ? 'progress' : 'no progress'];
      return answer;
    } catch (error) {
      const { name: kind, code, response } = error as import('axios').AxiosError;
      said[name] = [kind, code, response?.status ?? null];
      return null;
    }
  };
  const form = () => {
    const form = new FormData();
    form.append('name', 'value');
    form.append('file', new File(['x'.repeat(100_000)], 'file.txt'));
    return form;
  };
  await send('text', 'x'.repeat(300_000));
  await send('object', { a: 'b'.repeat(1_000) });
  await send('Blob', new Blob(['x'.repeat(100_000)]));
  await send('File', new File(['x'.repeat(100_000)], 'name.txt'), {}, 'put');
  await send('form', form());
  await send('names', new URLSearchParams({ a: 'b' }));
  await send('bytes', new Uint8Array(100_000));
  const params = await send('params', 'x', { params: { q: 'a b' }, transformRequest: () => 'transformed' });
  said['sent'] = [params?.data.query, params?.data.body.length, params?.config.data];
  const blob = await send('blob', 'x', { responseType: 'blob' });
  said['got a Blob'] = blob?.data instanceof Blob;
  const text = await send('text answer', 'x', { responseType: 'text', transformResponse: (data) => data });
  said['got a text'] = typeof text?.data;
  const whole = await send('absolute', 'x', { url: new URL('echo', baseURL).href });
  said['response'] = [
    whole?.headers['content-type'],
    typeof whole?.config.headers,
    whole?.request instanceof XMLHttpRequest,
  ];
  await send('status', 'x', { url: 'nowhere' });
  await send('any status', 'x', { url: 'nowhere', validateStatus: () => true });
  await send('without a token', 'x', { fetchOptions: { auth: false } });
  await send('own token', 'x', { headers: { Authorization: 'Bearer mine' } });
  await send('own password', 'x', { auth: { username: 'ada', password: 'x' } });
  await send('elsewhere', 'x', { url: `${pageUrl}/blank` });
  await send('cancelled', 'x', { signal: AbortSignal.abort() });
  const abort = new AbortController();
  const cancelled = send('cancelled on its way', 'x'.repeat(5_000_000), {
    signal: abort.signal,
    onUploadProgress: () => abort.abort(),
  });
  await cancelled;
  const source = axios.CancelToken.source();
  await send('cancelled by a token', 'x'.repeat(5_000_000), {
    cancelToken: source.token,
    onUploadProgress: () => source.cancel(),
  });
  await send('download', undefined, {
    url: 'me',
    method: 'get',
    progress: false,
    onDownloadProgress: () => {
      said['downloading'] = true;
    },
  });
  await send('too large an answer', 'x', { maxContentLength: 10, progress: false });
  await send('too large a body', 'x'.repeat(100), { maxBodyLength: 10, progress: false });
  return said;
};

const progress = [200, 'progress'];

describeIn(engines, 'axios with the adapter of the client, over HTTP/1.1', (browser) => {
  test('uploads with progress, whatever the body and the other options (OC13)', async () => {
    const tab = await openWithAxios(browser());
    expect(await tab.evaluate(tryOut, app.site.api, app.site.pages.url)).toEqual({
      text: progress,
      object: progress,
      Blob: progress,
      File: progress,
      form: progress,
      names: progress,
      bytes: progress,
      params: progress,
      sent: ['?q=a+b', 11, 'transformed'],
      blob: progress,
      'got a Blob': true,
      'text answer': progress,
      'got a text': 'string',
      absolute: progress,
      response: ['application/json', 'object', true],
      status: ['AxiosError', 'ERR_BAD_REQUEST', 404],
      'any status': [404, 'progress'],
      'without a token': ['AxiosError', 'ERR_BAD_REQUEST', 401],
      'own token': ['AxiosError', 'ERR_BAD_REQUEST', 401],
      'own password': ['AxiosError', 'ERR_BAD_REQUEST', 401],
      elsewhere: progress,
      cancelled: ['CanceledError', 'ERR_CANCELED', null],
      'cancelled on its way': ['CanceledError', 'ERR_CANCELED', null],
      'cancelled by a token': ['CanceledError', 'ERR_CANCELED', null],
      downloading: true,
      download: [200, 'no progress'],
      'too large an answer': ['AxiosError', 'ERR_BAD_RESPONSE', null],
      'too large a body': ['AxiosError', 'ERR_BAD_REQUEST', null],
    });
  });

  test('refreshes once for uploads that are due, and sends again one that is refused (OC13)', async () => {
    const { site } = app;
    const tab = await openWithAxios(browser());
    const upload = () =>
      tab.evaluate(async (baseURL) => {
        const api = axios.create({ baseURL, adapter: axiosAdapter(client) });
        const form = new FormData();
        form.append('file', new File(['x'.repeat(10_000)], 'file.txt'));
        const one = () => api.post('echo', form, { onUploadProgress() {} });
        const answers = await Promise.all([one(), one(), one()]);
        return answers.map(({ status, data }) => status === 200 && data.body.length > 10_000);
      }, site.api);
    await site.advance([tab], '20m');
    expect(await upload()).toEqual([true, true, true]);
    expect(site.asked('refresh')).toHaveLength(1);
    // For the server the token has expired; the page does not know.
    site.server.clock.advance('20m');
    expect(await upload()).toEqual([true, true, true]);
    expect(site.asked('refresh')).toHaveLength(2);
    await tab.evaluate(async () => void (await client.logout()));
    const error = tab.evaluate(async (baseURL) => {
      const api = axios.create({ baseURL, adapter: axiosAdapter(client) });
      return api.post('echo', 'x', { onUploadProgress() {} }).catch(({ response }) => response.status);
    }, site.api);
    expect(await error).toBe(401);
  });

  test('refuses progress where only a part of an origin may get the token (OC13)', async () => {
    const tab = await openWithAxios(browser(), { apis: [`${app.site.api}echo`] });
    const error = await tab.evaluate(async (baseURL) => {
      const api = axios.create({ baseURL, adapter: axiosAdapter(client) });
      return api.post('echo', 'x', { onUploadProgress() {} }).then(String, ({ code, message }) => [code, message]);
    }, app.site.api);
    expect(error).toEqual(['ERR_CONFIGURATION', expect.stringMatching(/onUploadProgress.*`apis`/)]);
    expect(app.site.asked('echo')).toEqual([]);
  });
});
