import { expect, test } from 'vitest';
import { type AppWindow, get, heard, logIn, start, useApp } from '../support/app.ts';
import { type Browser, describeIn, engines, type Tab } from '../support/browsers.ts';
import { callExpression, readAnswer } from '../support/page-call.ts';
import { htmlPage } from '../support/page-server.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];

/** Lets the page around run expressions here. */
const listen = () =>
  addEventListener('message', async ({ data, ports }) => ports[0]?.postMessage(await Function(`return ${data}`)()));
const channelsThrow = () => {
  window.BroadcastChannel = class {
    constructor() {
      throw new DOMException('no', 'SecurityError');
    }
  } as never;
};

/** The application in a frame of a page of another site (127.0.0.1 is not localhost). What is run there runs in the frame. */
async function openFramed(browser: Browser, attributes = '', before = () => {}): Promise<Tab> {
  const { site } = app;
  const { port } = new URL(site.pages.url);
  const page = htmlPage('');
  const framed = site.appWith({ before: `(${listen})();(${before})();` });
  const body = `${'body' in page ? page.body : ''}<iframe ${attributes} src="${framed}"></iframe>`;
  site.pages.serve('/around', { body });
  const tab = await browser.openTab(`http://127.0.0.1:${port}/around`);
  const evaluate: Tab['evaluate'] = async (fn, ...args) => {
    const answer = await tab.evaluate(
      (expression) =>
        new Promise<string>((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => resolve(data);
          document.querySelector('iframe')?.contentWindow?.postMessage(expression, '*', [port2]);
        }),
      callExpression(fn, args),
    );
    return readAnswer(answer);
  };
  const inFrame: Tab = Object.create(tab, { evaluate: { value: evaluate } });
  await start(inFrame);
  return inFrame;
}

/** A session from login to logout, refresh included. */
async function expectToWork(tab: Tab): Promise<void> {
  const { site } = app;
  const refreshes = site.asked('refresh').length;
  await logIn(tab);
  expect(await get(tab)).toBe(200);
  await site.advance([tab], '20m');
  expect(await get(tab)).toBe(200);
  expect(site.asked('refresh')).toHaveLength(refreshes + 1);
  expect(await tab.evaluate(() => client.logout())).toEqual({ local: 'cleared', server: 'revoked' });
  expect(await heard(tab)).toEqual(['signed-in', 'token-refreshed', 'signed-out']);
}

describeIn(engines, 'the application in a frame of another site', (browser) => {
  test('has a session of its own, apart from that of its own tab (S6)', async () => {
    const [alone] = await app.open(browser());
    const sid = await logIn(alone);
    const framed = await openFramed(browser());
    expect(await framed.evaluate(() => client.session)).toEqual({ status: 'signed-out', reason: null });
    await expectToWork(framed);
    expect(await alone.evaluate(() => client.session)).toMatchObject({ status: 'signed-in', sessionId: sid });
    expect(await heard(alone)).toEqual(['signed-in']);
  });

  test('where storage is blocked keeps its session in memory (S6)', async () => {
    const framed = await openFramed(browser(), 'sandbox="allow-scripts"');
    expect(await framed.evaluate(() => client.persistence)).toBe('memory');
    await expectToWork(framed);
  });

  test('where BroadcastChannel throws works without (S6)', async () => {
    await expectToWork(await openFramed(browser(), '', channelsThrow));
  });
});
