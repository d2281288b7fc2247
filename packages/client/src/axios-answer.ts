import { AxiosError, AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';

/** What the client reads of an answer that came to a XMLHttpRequest. */
export function responseOf({ status, statusText, headers, data }: AxiosResponse): Response {
  const isReadable = typeof data === 'string' || data instanceof Blob || data instanceof ArrayBuffer;
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  const fields = AxiosHeaders.from(headers as AxiosHeaders).toJSON() as Record<string, string>;
  return new Response(isReadable && hasBody ? data : null, { status, statusText, headers: fields });
}

/** What axios makes of an answer: a result, or an error where `validateStatus` says so. */
export function settled(answer: AxiosResponse, config: InternalAxiosRequestConfig): AxiosResponse {
  const { status, request } = answer;
  const response = { ...answer, config };
  if (!config.validateStatus || config.validateStatus(status)) return response;
  const code = status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
  throw new AxiosError(`Request failed with status code ${status}`, code, config, request, response);
}
