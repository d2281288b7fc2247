import { expect, it } from 'vitest';
import { manualClock } from './clock.ts';
import { answerClock } from './clock-endpoint.ts';

const post = (body: string, type = 'application/json') =>
  new Request('http://localhost/clock/advance', { method: 'POST', headers: { 'content-type': type }, body });

it('moves the time by so many seconds and tells the new one', async () => {
  const clock = manualClock(1_000);
  const response = await answerClock(clock, post('{"advance": 1.5}'));
  expect([response.status, await response.json()]).toEqual([200, { now: 2_500 }]);
});

it.each([
  ['backwards', post('{"advance": -1}'), 400],
  ['by years', post('{"advance": 1e9}'), 400],
  ['by text', post('{"advance": "1"}'), 400],
  ['by nothing', post('{}'), 400],
  ['by no JSON', post('advance'), 400],
  ['as a form, which any page can send', post('{"advance": 1}', 'text/plain'), 415],
  ['with a GET', new Request('http://localhost/clock/advance'), 405],
])('does not move it %s', async (_how, request, status) => {
  const clock = manualClock(1_000);
  expect((await answerClock(clock, request)).status).toBe(status);
  expect(clock.now()).toBe(1_000);
});
