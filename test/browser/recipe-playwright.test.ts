import { expect, test } from 'vitest';
import { describeIn } from '../support/browsers.ts';
import { runRecipe } from '../support/run-recipe.ts';

describeIn(['chromium'], 'the recipe for Playwright', () => {
  test('starts every test of a worker signed in, with one login for all of them', async () => {
    const printed = await runRecipe('recipes/playwright', '@playwright/test/cli.js', ['test', '--reporter=line']);
    expect(printed).toMatch(/^\s+3 passed/m);
  }, 180_000);
});
