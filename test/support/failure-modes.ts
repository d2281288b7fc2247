import type { Engine } from './installed-engines.ts';

/** Where a test ran. */
export type Place = 'node' | Engine;

/** A way in which comparable packages fail their users, and what happens here instead. Tests name its id in their titles. */
export interface FailureMode {
  readonly id: string;
  readonly name: string;
  /** One sentence. */
  readonly here: string;
  /** Why it cannot happen, or cannot be tested, in these places. */
  readonly impossible?: Partial<Record<Place, string>>;
  /** What is not tested in these places although the rest is. */
  readonly partly?: Partial<Record<Place, string>>;
}

const onlyFrozenInChromium = 'Without the frozen tab: only Chromium can be told to freeze one.';
const frozen: Partial<Record<Place, string>> = { firefox: onlyFrozenInChromium, webkit: onlyFrozenInChromium };
const noStreams = 'This engine cannot send a stream.';

export const failureModes: readonly FailureMode[] = [
  {
    id: 'M1',
    name: 'Two tabs spend the same one-time refresh token',
    here: 'Tabs that meet an expired token at once refresh once, under a lock that is kept until the new pair has reached the others.',
  },
  {
    id: 'M2',
    name: "The loser of a race wipes the winner's session",
    here: 'After a refusal storage is read again and a newer pair is taken over; only the refusal of the pair that is still stored ends the session.',
  },
  {
    id: 'M3',
    name: 'A lock that is never released hangs every call in every tab',
    here: 'Only a refresh waits for the lock, at most `lockTimeout`, and goes on without it; a frozen holder takes over what it finds when it thaws.',
    partly: frozen,
  },
  {
    id: 'M4',
    name: 'Logging out in one tab leaves the others signed in',
    here: 'The others are told within a second; one that hears nothing reads storage before each request and sends no token.',
    partly: frozen,
  },
  {
    id: 'M5',
    name: 'A tab that hears of a logout logs out as well, and so on',
    here: 'The server is told once, each other tab tells its application once, and then it is quiet.',
  },
  {
    id: 'M6',
    name: "A timer uses the token from before another tab's refresh",
    here: 'What a timer does is decided by what is in storage when it fires.',
  },
  {
    id: 'M7',
    name: 'The fallback for a missing lock is no mutual exclusion',
    here: 'There is no fallback lock: with a server that gives a lost answer again the session survives, with a strict one no pair is removed but one it refused.',
  },
  {
    id: 'M8',
    name: 'Twenty tabs wake at once, and the server answers 429',
    here: 'They refresh once; a page load with a good token costs no refresh, and one with an expired token needs no election first.',
  },
  {
    id: 'M10',
    name: 'Another tab signs in as another user',
    here: 'The application hears `user-changed` before the first request that carries the new user.',
  },
  {
    id: 'R1',
    name: 'Single flight misses a trigger, or the late 401',
    here: 'All triggers share one refresh; a request refused late is sent again with the pair that came meanwhile.',
  },
  {
    id: 'R2',
    name: 'Logout while a refresh is in flight',
    here: 'What arrives after the logout is not stored, whoever waits is told, and both pairs are dead on the server.',
  },
  {
    id: 'R3',
    name: 'Endless refresh loop, or sign-out although the refresh succeeded',
    here: 'An endpoint that refuses a fresh token gets one more try, the caller gets its 401, and the session stays.',
  },
  {
    id: 'R5',
    name: 'Each waiter refreshes again after the first one failed',
    here: 'Failure is shared as success is; without a session nothing is refreshed.',
  },
  {
    id: 'R7',
    name: 'A failed proactive refresh destroys a good session',
    here: 'While the access token works, no failure behind a request ends anything.',
  },
  {
    id: 'R8',
    name: 'A wrong password triggers a refresh and wipes state',
    here: 'The login has a way of its own: its refusal is told to the caller and touches nothing.',
  },
  {
    id: 'T1',
    name: 'Sleep, throttled background tabs, resume',
    here: 'Expiry is judged when a token is used; one that woke tries again until the network is back, and no expired token is sent.',
    partly: { firefox: onlyFrozenInChromium, webkit: onlyFrozenInChromium },
  },
  {
    id: 'T2',
    name: 'Wrong client clock',
    here: 'Lifetimes count from the request that brought the tokens, and the skew to the server is kept with them.',
  },
  {
    id: 'T3',
    name: 'Timer overflow, margin longer than the lifetime',
    here: 'No timer is longer than a browser can keep, and the margin is at most a quarter of the lifetime.',
  },
  {
    id: 'T4',
    name: 'An idle tab keeps the session alive for ever, or lets it lapse',
    here: "By default an idle tab never refreshes; with `renew: 'while-visible'` a visible one does.",
  },
  {
    id: 'T5',
    name: 'The expiry warning drifts and differs between tabs',
    here: 'Every tab warns once, with what is really left, also after sleep; one extends for all, and asking costs nothing.',
    partly: frozen,
  },
  {
    id: 'N1',
    name: 'A transient failure logs the user out',
    here: "Only our server's own refusal ends a session; everything else is `RefreshUnavailableError`, and the next call tries again.",
  },
  {
    id: 'N2',
    name: 'The server rotated and the answer was lost',
    here: 'The same token is sent again with the same idempotency key, at once or by the next page, and gets the same successor.',
  },
  {
    id: 'N4',
    name: 'A 401 without CORS headers looks like a network error',
    here: 'A token that has expired by time is refreshed before it is sent; a network error is passed on as it is.',
    impossible: { node: 'It takes a browser that enforces CORS.' },
  },
  {
    id: 'N6',
    name: 'Retry storm while offline or rate limited',
    here: 'Failures cool down with growing gaps and jitter, for all tabs; `Retry-After` is honoured.',
  },
  {
    id: 'N7',
    name: 'The refresh never answers',
    here: 'Callers are let go after `refreshTimeout`, the lock is free, and a late answer is used if the session is still the same.',
  },
  {
    id: 'L1',
    name: 'Logging out with an expired or revoked token',
    here: 'Logout sends the pair however old, never refreshes, and clears storage whatever the server answers.',
  },
  {
    id: 'L2',
    name: 'An offline logout leaves the session alive on the server',
    here: 'A ticket that can only end that session is kept and delivered by whichever page is online first.',
    partly: {
      firefox: 'With a server that is gone instead of a network: only Chromium can be taken offline.',
      webkit: 'With a server that is gone instead of a network: only Chromium can be taken offline.',
    },
  },
  {
    id: 'L3',
    name: 'The navigation after logout cancels its request',
    here: 'The request is handed over with `keepalive` and storage is cleared in the same turn, without a listener on `unload`.',
    impossible: { node: 'It takes a page that can be left.' },
  },
  {
    id: 'S1',
    name: 'Touching `localStorage` throws, or it does not exist',
    here: 'The session lives in memory for this tab, and `client.persistence` says so.',
  },
  {
    id: 'S2',
    name: 'No room for the rotated pair',
    here: 'The new pair takes the place of the old one; if even that fails it is used from memory, told once, and stored when there is room.',
  },
  {
    id: 'S3',
    name: 'A corrupt or older stored value breaks every start',
    here: 'Anything that is no whole record means signed out, and the next login works.',
  },
  {
    id: 'S4',
    name: 'The browser deletes storage',
    here: 'The session is plainly gone; a tab that is open says why and writes nothing again.',
  },
  {
    id: 'S6',
    name: 'A third-party frame: partitioned or blocked storage',
    here: 'The framed page has a session of its own, or one in memory where storage is blocked; a throwing BroadcastChannel is ignored.',
  },
  {
    id: 'P1',
    name: 'Resending a request with a body',
    here: 'Every kind of body arrives whole and is taken once, and the caller reads the second answer.',
  },
  {
    id: 'P2',
    name: "ky's hooks, retries and timeouts change their meaning",
    here: 'They keep it; waiting for a refresh is not charged to the timeout, and an own `Authorization` is left alone.',
  },
  {
    id: 'P3',
    name: 'Uploads and streaming bodies',
    here: 'A stream goes out after a refresh that is due and is never sent twice; a file of 200 MB costs under 20 MB of memory.',
    impossible: { firefox: noStreams, webkit: noStreams },
  },
  {
    id: 'I1',
    name: 'A socket reconnects with an expired token',
    here: '`getAccessToken({ minValidity })` gives one that lasts, by the refresh that all requests share; after logout it rejects.',
  },
  {
    id: 'I2',
    name: 'Which answer means "expired"?',
    here: 'A 401 whose challenge, if any, says `invalid_token`; nothing else, unless the application decides otherwise.',
  },
  {
    id: 'I4',
    name: 'A service worker caches or delays auth requests',
    here: 'They are POST with `no-store` and reach the server every time; the client itself works in a worker.',
    impossible: { node: 'It takes a service worker.' },
  },
  {
    id: 'I7',
    name: 'Unknown state at start: the login page flashes',
    here: 'The session is known in the first line, and requests of the same turn wait for the token they need.',
  },
  {
    id: 'X1',
    name: "A request of one user runs with another's token",
    here: 'It rejects with `SessionChangedError` and never reaches the server as the other user.',
  },
  {
    id: 'X2',
    name: 'The token goes to another origin',
    here: 'It goes to the listed origins and paths only, follows no redirect elsewhere, and a 401 from there refreshes nothing.',
  },
  {
    id: 'X4',
    name: 'Decoding the JWT: Unicode, opaque tokens',
    here: 'Claims are decoded as UTF-8, odd tokens have none, and no decision rests on them.',
  },
  {
    id: 'E1',
    name: 'MSW ignores hidden tabs',
    here: 'The mock server is a function with mounts for MSW and for HTTP, and hidden tabs are tested over HTTP.',
    impossible: {
      firefox: 'Its tabs have windows of their own here, and none is hidden.',
      webkit: 'Its tabs have windows of their own here, and none is hidden.',
    },
  },
  {
    id: 'E2',
    name: 'Fake timers freeze fetch; DOM shims lack locks and channels',
    here: 'Time comes from the clock of the server, so that twenty minutes pass in no time with MSW and real timers.',
  },
  {
    id: 'E3',
    name: 'Saved login state dies through rotation',
    here: 'Each test gets a session of its own in one line, and `reset()` leaves nothing.',
  },
  {
    id: 'D1',
    name: 'Opaque errors and unhandled rejections',
    here: 'Every failure is an `AuthError` with a stable code; what fails in the background is an event, and no rejection goes unseen.',
  },
];

/** What users of comparable packages ask for again and again. */
export const requestedFeatures: readonly FailureMode[] = [
  { id: 'F1', name: 'Expiry warning, extended for all tabs', here: '`session-expiring` and `session-extended`.' },
  {
    id: 'F2',
    name: 'A token that lasts; a look that costs nothing',
    here: '`getAccessToken({ minValidity })`, `client.session`.',
  },
  {
    id: 'F3',
    name: 'Log in again in place',
    here: '`onLoginRequired`: requests wait, and go on if the same user comes back.',
  },
  { id: 'F4', name: 'Why did the session end?', here: 'Every `signed-out` carries one reason, in every tab.' },
  { id: 'F5', name: 'Opt one request out; decide what means expired', here: '`auth: false`, `isTokenExpired`.' },
  { id: 'F6', name: 'Several APIs with one session', here: '`apis`: origins and path prefixes.' },
  {
    id: 'F7',
    name: 'Refresh by force after a change of roles',
    here: '`refresh({ force: true })` joins no flight that began before.',
  },
  {
    id: 'F8',
    name: 'Log out after inactivity, over all tabs',
    here: 'The application knows what activity is: a few lines and `logout()` do it for all tabs.',
  },
  { id: 'F9', name: 'Several clients on one origin', here: 'Clients with different `storageKey`s share nothing.' },
  {
    id: 'F10',
    name: 'Impersonation',
    here: 'A second client with a `storageKey` of its own holds the other session; its logout ends that session and leaves the first.',
  },
  { id: 'F11', name: 'Step-up challenges are no expiry', here: '`insufficient_user_authentication` is passed on.' },
  {
    id: 'F12',
    name: 'Own storage, workers, `dispose()`',
    here: 'A synchronous storage can be given, without a page too.',
  },
  { id: 'F13', name: 'A mock server with knobs', here: '`@latchkey/mock-server`.' },
];

export const chapters = [
  { title: 'Failure modes', modes: failureModes },
  { title: 'What users ask for', modes: requestedFeatures },
] as const;
