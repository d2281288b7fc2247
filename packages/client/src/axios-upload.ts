import axios, {
  AxiosError,
  AxiosHeaders,
  type AxiosResponse,
  CanceledError,
  getAdapter,
  type InternalAxiosRequestConfig,
} from 'axios';
import { responseOf, settled } from './axios-answer.ts';
import { ConfigurationError } from './errors.ts';

type Init = RequestInit & { auth?: boolean; fetch?: typeof globalThis.fetch };

/**
 * Sends an upload that tells of its progress, which no `fetch` can do without a stream, and Chromium sends no stream over
 * HTTP/1.1: by axios's own XMLHttpRequest, with the token and the refresh of `client.fetch`.
 */
export async function sendUpload(
  client: { fetch(url: string, init: Init): Promise<Response> },
  config: InternalAxiosRequestConfig,
): Promise<AxiosResponse> {
  const { method, headers, auth, fetchOptions, cancelToken, timeout } = config;
  const url = new URL(axios.getUri(config), location.href).href;
  const signal = (config.signal ?? cancelToken?.toAbortSignal?.()) as AbortSignal | undefined;
  const due = Date.now() + (timeout ?? 0);
  let answer = undefined as unknown as AxiosResponse;
  const fetch: typeof globalThis.fetch = async (_, init) => {
    if (init?.redirect === 'manual') {
      throw new ConfigurationError(
        `\`onUploadProgress\` needs an XMLHttpRequest, which follows redirects out of \`apis\`: add ${new URL(url).origin} there.`,
      );
    }
    const { baseURL, params, ...rest } = config;
    const got: AxiosResponse = await getAdapter('xhr')({
      ...rest,
      url,
      headers: AxiosHeaders.concat(headers, Object.fromEntries(new Headers(init?.headers))),
      timeout: timeout ? Math.max(1, due - Date.now()) : 0,
      validateStatus: null,
      // The error of an attempt has the token among the headers of its config.
    }).catch((error: object) => Promise.reject(Object.assign(error, { config })));
    answer = got;
    return responseOf(got);
  };
  const init = {
    method,
    fetch,
    auth: !auth && (fetchOptions as Init | undefined)?.auth !== false,
    headers: headers.has('authorization') ? { authorization: String(headers.getAuthorization()) } : {},
    ...(signal && { signal }),
  };
  try {
    await client.fetch(url, init as Init);
  } catch (error) {
    if (signal?.aborted) throw new CanceledError(undefined, undefined, config);
    throw error instanceof AxiosError ? error : AxiosError.from(error as Error, (error as AxiosError).code, config);
  }
  return settled(answer, config);
}
