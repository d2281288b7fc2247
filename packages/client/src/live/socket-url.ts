import type { LiveClient } from './live-client.ts';

/** The address of the socket, if the token may go there: checked as the http(s) address that it is but for its scheme. */
export function socketUrl({ apiUrl }: Pick<LiveClient, 'apiUrl'>, url: string | URL): string {
  const given: unknown = Object(url).href ?? url;
  return apiUrl(typeof given === 'string' ? given.replace(/^\s*ws/i, 'http') : url).replace('http', 'ws');
}
