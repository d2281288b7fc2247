import { AxiosAdapter } from 'axios';
import { AuthClient } from './core.js';

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
declare function axiosAdapter(client: Pick<AuthClient, 'fetch'>): AxiosAdapter;

export { axiosAdapter };
