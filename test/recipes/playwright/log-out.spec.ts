import { expect, test } from '@playwright/test';

// What ends or refreshes the session logs in by itself: the session of the worker is for all its tests.
test('logs out in every tab', async ({ page, context }) => {
  await page.goto('/');
  await page.getByLabel('Name').fill('user-7');
  await page.getByLabel('Password').fill('correct horse');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByText('Hello user-7')).toBeVisible();

  const other = await context.newPage();
  await other.goto('/');
  await expect(other.getByText('Hello user-7')).toBeVisible();
  await other.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByText('Please log in.')).toBeVisible();
});
