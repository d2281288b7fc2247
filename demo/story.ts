import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Demo, Seen, Sent } from './demo-page.ts';

/** Takes what was seen at one step; a step that goes wrong throws instead. */
export type Say = (line: string) => void;

/** The main story, told by pressing the page's buttons; every step checks what is shown, sent and stored. */
export async function tellStory(demo: Demo, say: Say): Promise<void> {
  await demo.until('the page to be ready', ({ phase }) => phase === 'signed-out');
  say('opened: signed out');

  const login = await step(demo, 'Log in', ({ phase, sessions }) => phase === 'fresh' && sessions[0]?.state === 'live');
  deepEqual(login.map(inShort), ['POST auth/login']);
  say('Log in: signed in, one live session on the server');

  await callApi(demo, ['GET me']);
  say('Call the API: answered, no refresh');

  await letPass(demo, '+20 min', 'expired');
  say('+20 min: the access token has expired');
  await callApi(demo, ['POST auth/refresh', 'GET me']);
  say('Call the API: refreshed first, then answered');

  await letPass(demo, '+6 d 23 h', 'expired');
  say('+6 d 23 h: expired, one hour before the end of the week');
  await callApi(demo, ['POST auth/refresh', 'GET me']);
  say('Call the API: refreshed first, then answered');

  await letPass(demo, '+8 d', 'lapsed');
  const refused = await step(demo, 'Call the API', ({ wire }) => wire[0]?.kind === 'none');
  deepEqual(refused, []);
  say('+8 d: lapsed; a call sends nothing');

  await logOutLapsed(demo);
  say('Log out: sent exactly the expired pair; the server’s session is revoked, storage is empty');
}

/** Presses a button, waits, and gives what was sent meanwhile. */
async function step(demo: Demo, button: string, is: (seen: Seen) => boolean): Promise<readonly Sent[]> {
  const before = demo.sent.length;
  await demo.press(button);
  await demo.until(`the result of “${button}”`, is);
  return demo.sent.slice(before);
}

async function letPass(demo: Demo, button: string, phase: string): Promise<void> {
  deepEqual(await step(demo, button, (seen) => seen.phase === phase), []);
}

async function callApi(demo: Demo, requests: readonly string[]): Promise<void> {
  const lines = (await demo.read()).wire.length;
  const sent = await step(
    demo,
    'Call the API',
    ({ phase, wire }) => phase === 'fresh' && wire.length === lines + requests.length && wire[0]?.status === '200',
  );
  deepEqual(sent.map(inShort), requests);
}

async function logOutLapsed(demo: Demo): Promise<void> {
  const pair = pairIn(await demo.read());
  const sent = await step(
    demo,
    'Log out',
    ({ phase, sessions }) => phase === 'signed-out' && sessions[0]?.state === 'revoked',
  );
  deepEqual(sent.map(inShort), ['POST auth/logout']);
  equal(sent[0]?.authorization, undefined);
  // Compared by hand: a failure that prints both sides would print tokens.
  const form = Object.fromEntries(new URLSearchParams(await sent[0]?.body));
  ok(isDeepStrictEqual(form, pair), 'the log-out did not send exactly the pair that was stored');
  const seen = await demo.until('the log-out to be shown', ({ wire }) => wire[0]?.status === '200');
  match(seen.wire[0]?.text ?? '', /access token \w{8} expired \d+ days/);
  match(seen.sessions[0]?.text ?? '', /logged out with an expired pair/);
  match(seen.storagePanel, /Empty/);
  deepEqual(seen.stored, {});
}

/** The pair in storage, as a log-out sends it. */
function pairIn({ stored }: Seen): { access_token: string; refresh_token: string } {
  const record = JSON.parse(stored['latchkey'] ?? '{}') as { accessToken?: string; refreshToken?: string };
  const { accessToken = '', refreshToken = '' } = record;
  ok(accessToken !== '' && refreshToken !== '', 'storage holds no pair');
  return { access_token: accessToken, refresh_token: refreshToken };
}

const inShort = ({ method, path }: Sent): string => `${method} ${path}`;
