import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeIn } from '../support/browsers.ts';
import { htmlPage } from '../support/page-server.ts';
import { type AppWindow, openSite, type Site } from '../support/site.ts';

/** STO-9, TST-29: the policy to copy, as SECURITY.md gives it, for this API. */
const policy = (api: string): string => {
  const security = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8');
  const [, text = ''] = /^## A policy to copy\n\n```\n([\s\S]*?)```/m.exec(security) ?? [];
  expect(text).toContain('https://api.example.com');
  return text.replaceAll('\n', ' ').replace('https://api.example.com', new URL(api).origin).trim();
};

declare const client: AppWindow['client'];
declare const startClient: AppWindow['startClient'];
declare const violations: string[];

let site: Site;
beforeAll(async () => {
  site = await openSite();
  const page = htmlPage(
    '<script src="/watch.js"></script><script src="/leak-watch.js"></script><script src="/latchkey.js"></script><script src="/app.js"></script>',
  );
  const watch = `window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));`;
  const app = `window.startClient = () => { window.client = Latchkey.createAuthClient({ baseUrl: '${site.api}' }); };`;
  const body = 'body' in page ? page.body : '';
  site.pages.serve('/csp', { body, headers: { 'content-security-policy': policy(site.api) } });
  site.pages.serve('/watch.js', { body: watch, type: 'text/javascript' });
  site.pages.serve('/app.js', { body: app, type: 'text/javascript' });
});
afterAll(() => site.close());

describeIn(['chromium'], 'a page with a strict policy', (browser) => {
  test('TST-29: the built client logs in, calls, refreshes and logs out without a violation', async () => {
    const tab = await browser().openTab(`${site.pages.url}/csp`);
    const statuses = await tab.evaluate(async () => {
      startClient();
      await client.login({ username: 'ada', password: 'lovelace' });
      const direct = await client.fetch('me');
      await client.refresh();
      const api = await client.api.get('me');
      const logout = await client.logout();
      return [direct.status, api.status, logout.server, violations.length];
    });
    expect(statuses).toEqual([200, 200, 'revoked', 0]);
    // The listener hears: a page that breaks the policy is found out.
    const heard = await tab.evaluate(async () => {
      const violated = new Promise((resolve) =>
        document.addEventListener('securitypolicyviolation', resolve, { once: true }),
      );
      try {
        document.body.innerHTML = '<p>not trusted</p>';
      } catch {
        // As it should be.
      }
      await violated;
      return violations;
    });
    expect(heard).toContain('require-trusted-types-for');
    await tab.close();
  });
});
