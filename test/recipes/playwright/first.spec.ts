import { expect, test } from './signed-in';

test('starts signed in', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText(/^Hello user-\d$/)).toBeVisible();
});

test('so does the next one, which has the same user', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText(/^Hello user-\d$/)).toBeVisible();
});
