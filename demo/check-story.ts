import { chromiumPath, debianPackages } from '../test/support/installed-engines.ts';
import { launchChromium } from '../test/support/puppeteer-browser.ts';
import { watchDemoPage } from './demo-page.ts';
import { type Say, tellStory } from './story.ts';

/** @throws Error that names the Debian package, where there is no Chromium. */
export function requireChromium(): void {
  if (chromiumPath() === undefined) {
    throw new Error(`NOT CHECKED: no Chromium on this machine. The Debian package is: ${debianPackages.chromium}`);
  }
}

/** Runs the main story in a headless Chromium of its own. */
export async function checkStory(url: string, say: Say): Promise<void> {
  const browser = await launchChromium();
  try {
    const tab = await browser.openTab();
    if (tab.raw.engine !== 'chromium') throw new Error('This is not Chromium.');
    const demo = watchDemoPage(tab.raw.page);
    await tab.goto(url);
    await tellStory(demo, (line) => say(`✓ ${line}`));
    say('The story holds.');
  } finally {
    await browser.close();
  }
}
