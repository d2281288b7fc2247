/** Whether a value is what an option takes. What each says in words is in `option-hints.ts`. */
export type Check = (value: unknown) => boolean;

/** The names of options, each with its check, the values it chooses from, or the options inside of it. */
export interface Rules {
  readonly [name: string]: Check | readonly string[] | Rules;
}

/** An object that somebody wrote, also one of another realm: no array, no function, no `FormData`, no event. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return /^\[object (Object|Module)]$/.test(Object.prototype.toString.call(value));
}

/** Whether it has these methods, of its own or inherited. */
export function has(value: unknown, ...methods: string[]): boolean {
  return methods.every((name) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function');
}

export const isFunction: Check = (value) => typeof value === 'function';
export const isBoolean: Check = (value) => typeof value === 'boolean';
export const isText: Check = (value) => typeof value === 'string' && value !== '';
export const isDuration: Check = (value) => Number.isFinite(value) && (value as number) >= 0;
/** The same, and as long as can be. */
export const isSpan: Check = (value) => typeof value === 'number' && value >= 0;
export const isSignal: Check = (value) => has(value, 'addEventListener', 'throwIfAborted');
export const isUrl: Check = (value) => isText(value) || isText((value as URL | null | undefined)?.href);
/** For what has to be one of the web, which is looked at when it is resolved. */
export const isWebUrl: Check = (value) => isUrl(value);
/** Of hosts without a port, as they are in a URL. */
export const isHosts: Check = (value) => Array.isArray(value) && value.every(isHost);
const isHost: Check = (value) => {
  try {
    const { href, hostname } = new URL(`http://${value}`);
    return isText(value) && !/[*/]/.test(value as string) && href === `http://${hostname}/`;
  } catch {
    return false;
  }
};
export const isWebUrls: Check = (value) => Array.isArray(value) && value.every(isUrl);
/** Of texts, or of what can be written as one. */
export const isTexts: Check = (value) =>
  isObject(value) && Object.values(value).every((text) => /^[snb]/.test(typeof text) && typeof text !== 'symbol');
export const isHeaders: Check = (value) => {
  try {
    return isTexts(value) && !!new Headers(value as HeadersInit);
  } catch {
    return false;
  }
};
export const isPath: Check = (value) => [value].flat().every(isText) && `${value}` !== '';
export const isLocks: Check = (value) => has(value, 'request');
export const isStorage: Check = (value) =>
  /^(local|session|memory)$/.test(value as string) || has(value, 'getItem', 'setItem', 'removeItem');
export const isProtocol: Check = (value) => has(value, 'login', 'refresh', 'logout', 'readTokens', 'readLogout');
