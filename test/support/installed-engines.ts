import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const engines = ['chromium', 'firefox', 'webkit'] as const;
export type Engine = (typeof engines)[number];

/** The Debian packages that bring an engine and what drives it. */
export const debianPackages: Record<Engine, string> = {
  chromium: 'chromium',
  firefox: 'firefox-esr',
  webkit: 'webkit2gtk-driver xvfb',
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (...names: string[]): string | undefined =>
  names
    .flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find(isExecutable);

const entriesOf = (folder: string): string[] => {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
};

/** MiniBrowser lies beside its library, not on the PATH: /usr/lib/<machine>/webkit2gtk-4.x/MiniBrowser. */
const miniBrowser = (): string | undefined =>
  ['/usr/lib', '/usr/libexec']
    .flatMap((root) => [root, ...entriesOf(root)])
    .flatMap((folder) => entriesOf(folder).filter((path) => /\/webkit[^/]*$/.test(path)))
    .map((folder) => join(folder, 'MiniBrowser'))
    .find(isExecutable);

export const chromiumPath = (): string | undefined =>
  onPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome');
export const firefoxPath = (): string | undefined => onPath('firefox-esr', 'firefox');
export const webkitPaths = (): { driver: string; browser: string; xvfb: string | undefined } | undefined => {
  const driver = onPath('WebKitWebDriver');
  const browser = miniBrowser();
  const xvfb = onPath('Xvfb');
  const hasScreen = process.env['DISPLAY'] !== undefined || xvfb !== undefined;
  return driver !== undefined && browser !== undefined && hasScreen ? { driver, browser, xvfb } : undefined;
};

export const isInstalled = (engine: Engine): boolean =>
  ({ chromium: chromiumPath, firefox: firefoxPath, webkit: webkitPaths })[engine]() !== undefined;
