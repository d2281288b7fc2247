import { test as base } from '@playwright/test';

export { expect } from '@playwright/test';

/** Every worker logs in once, as a user of its own, and each of its tests starts signed in. */
export const test = base.extend<object, { session: string }>({
  storageState: ({ session }, use) => use(session),
  session: [
    async ({ browser }, use, { project, parallelIndex }) => {
      const path = `${project.outputDir}/session-${parallelIndex}.json`;
      const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
      const page = await context.newPage();
      await page.goto(project.use.baseURL ?? '/');
      await page.getByLabel('Name').fill(`user-${parallelIndex}`);
      await page.getByLabel('Password').fill('correct horse');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText('Hello').waitFor();
      await context.storageState({ path });
      await context.close();
      await use(path);
    },
    { scope: 'worker' },
  ],
});
