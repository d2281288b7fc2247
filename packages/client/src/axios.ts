import { type AxiosAdapter, getAdapter } from 'axios';
import { sendUpload } from './axios-upload.ts';
import { checkClient } from './check-options.ts';
import type { AuthClient } from './client-types.ts';

/**
 * Sends the requests of an axios instance through `client.fetch`: the access token where it belongs, one refresh for all, a
 * refused request sent once more. Everything else is done by axios's own adapters: `fetch`, or XMLHttpRequest for an upload
 * with `onUploadProgress`, which does not use the `fetch` of the client and so has no proof of `dpopFetch`. An error of this package arrives as
 * the `cause` of an `AxiosError` with the same `code`; `fetchOptions: { auth: false }` opts one request out. `timeout`
 * includes the wait for a refresh.
 *
 * @example
 * const api = axios.create({ baseURL: 'https://api.example.com', adapter: axiosAdapter(client) });
 */
export function axiosAdapter(client: Pick<AuthClient, 'fetch'>): AxiosAdapter {
  checkClient('axiosAdapter()', client, 'fetch');
  const fetch: AuthClient['fetch'] = (input, init) => {
    // A header of axios's own, for Node: across origins it would need the server's leave.
    const { headers } = input as Request;
    if (headers.get('user-agent')?.startsWith('axios/')) headers.delete('user-agent');
    return client.fetch(input, init);
  };
  return (config) => {
    const isUpload = config.onUploadProgress && globalThis.XMLHttpRequest && !(config.data instanceof ReadableStream);
    if (isUpload) return sendUpload(client, config);
    return getAdapter('fetch', { env: { ...config.env, fetch } })(config);
  };
}
