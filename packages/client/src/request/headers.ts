type Pairs = [string, string][];

/** Told by shape, not by class: the `Headers` of another frame are headers, too. */
function arePairs(headers: HeadersInit): headers is Pairs {
  return Symbol.iterator in headers;
}

/** A copy that stays as it is, whatever becomes of what was given. */
export function headersAsTheyAre(headers: HeadersInit | undefined): Pairs | Record<string, string> {
  if (!headers || !arePairs(headers)) return { ...(headers as Record<string, string> | undefined) };
  return [...headers].map(([name, value]) => [`${name}`, value]);
}

/** Whether the caller has an `Authorization` of his own. */
export function carriesOwn(headers: HeadersInit): boolean {
  const names = arePairs(headers) ? headers.map(([name]) => name) : Object.keys(headers);
  return names.some((name) => name.toLowerCase() === 'authorization');
}

/** The caller's headers and the token, as a new value: whoever sends may keep what it was given. */
export function withToken(headers: HeadersInit, authorization: string): HeadersInit {
  return arePairs(headers) ? [...headers, ['authorization', authorization]] : { ...headers, authorization };
}
