import { expect, test } from 'vitest';
import { describeIn } from '../support/browsers.ts';
import { runRecipe } from '../support/run-recipe.ts';

describeIn(['chromium'], "the recipe for Vitest's browser mode", () => {
  test('runs in a real page', async () => {
    const printed = await runRecipe('recipes/browser-mode', 'vitest/vitest.mjs', ['run']);
    expect(printed).toMatch(/Tests +1 passed/);
  }, 180_000);
});
