import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { remote } from 'webdriverio';
import type { Browser, Tab } from './browsers.ts';
import { webkitPaths } from './installed-engines.ts';
import { callExpression, readAnswer } from './page-call.ts';
import { ownGroup } from './reaper.ts';

/** How long a page may take to answer before the test, not the browser, is at fault. */
const answerWithin = 60_000;
const lookEvery = 15;

export async function launchWebKit(): Promise<Browser> {
  const paths = webkitPaths();
  if (paths === undefined) throw new Error('WebKitWebDriver, MiniBrowser or Xvfb is not on this machine.');
  const stops: (() => void)[] = [];
  const stop = () => {
    for (const end of stops.reverse()) end();
  };
  try {
    const display = process.env['DISPLAY'] ?? (await startScreen(paths.xvfb ?? 'Xvfb', stops));
    const port = await freePort();
    stops.push(start(paths.driver, [`--port=${port}`], { ...process.env, DISPLAY: display }).end);
    await answering(port);
    const driver = await remote({
      hostname: '127.0.0.1',
      port,
      logLevel: 'error',
      connectionRetryCount: 0,
      capabilities: {
        browserName: 'MiniBrowser',
        'wdio:enforceWebDriverClassic': true,
        'webkitgtk:browserOptions': { binary: paths.browser, args: ['--automation'] },
      } as WebdriverIO.Capabilities,
    });
    const inTurn = queue();
    const home = await driver.getWindowHandle();
    return {
      engine: 'webkit',
      version: `MiniBrowser/${String(driver.capabilities.browserVersion)}`,
      async openTab(url) {
        const { handle } = await inTurn(async () => {
          // The current window may have been closed, and nothing can be asked of a window that is gone.
          await driver.switchToWindow(home);
          return driver.createWindow('window');
        });
        const tab = webkitTab(driver, handle, inTurn);
        if (url !== undefined) await tab.goto(url);
        return tab;
      },
      async close() {
        await inTurn(() => driver.deleteSession()).catch(() => undefined);
        stop();
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** WebDriver has one current window: whoever uses it switches first and is alone until done. */
type InTurn = <T>(task: () => Promise<T>) => Promise<T>;

function queue(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task, task);
    last = next.catch(() => undefined);
    return next;
  };
}

function webkitTab(driver: WebdriverIO.Browser, handle: string, inTurn: InTurn): Tab {
  let calls = 0;
  const here = <T>(task: () => Promise<T>): Promise<T> =>
    inTurn(async () => {
      await driver.switchToWindow(handle);
      return task();
    });

  // A script that waited inside WebDriver would hold up all other tabs; it is started, and its answer is looked for.
  const begin = (expression: string, call: string) =>
    here(() =>
      driver.execute(
        `const answers = (window[Symbol.for('answers')] ??= new Map());
         answers.set('${call}', undefined);
         ${expression}.then((answer) => answers.set('${call}', answer))`,
      ),
    );
  const look = (call: string) =>
    here(() =>
      driver.execute<{ gone: boolean; answer: string | null }, []>(
        `const answers = window[Symbol.for('answers')];
         const answer = answers?.get('${call}') ?? null;
         return { gone: !answers?.has('${call}'), answer };`,
      ),
    );

  /** Does what leads to another document and waits for it: the driver's own wait may end with the blank page before. */
  async function toNextDocument(go: () => Promise<unknown>): Promise<void> {
    // A number, because Back may bring up a page that was left before.
    const number = ++calls;
    await here(() => driver.execute(`window[Symbol.for('leaving')] = ${number};`));
    await here(go);
    const arrived = () =>
      here(() =>
        driver.execute<boolean, []>(
          `return window[Symbol.for('leaving')] !== ${number} && document.readyState === 'complete' && location.protocol !== 'about:';`,
        ),
      );
    for (const until = Date.now() + answerWithin; Date.now() < until; await pause(lookEvery))
      if (await arrived()) return;
    throw new Error(`No other page was there within ${answerWithin} ms.`);
  }

  async function answerTo(expression: string): Promise<string> {
    const call = String(++calls);
    await begin(expression, call);
    for (const until = Date.now() + answerWithin; Date.now() < until; await pause(lookEvery)) {
      const { gone, answer } = await look(call);
      if (answer !== null) return answer;
      if (gone) throw new Error('The page was left before it answered.');
    }
    throw new Error(`The page did not answer within ${answerWithin} ms.`);
  }

  const close = (): Promise<void> =>
    here(async () => {
      await driver.closeWindow();
      // While a window is closing, what is run in the next one may still land in the one that has the focus.
      while ((await driver.getWindowHandles()).includes(handle)) await pause(lookEvery);
    });

  return {
    engine: 'webkit',
    raw: { engine: 'webkit', driver, handle },
    goto: (url) => toNextDocument(() => driver.url(url)),
    reload: () => toNextDocument(() => driver.refresh()),
    back: () => toNextDocument(() => driver.back()),
    async evaluate(fn, ...args) {
      return readAnswer(await answerTo(callExpression(fn, args)));
    },
    async evaluateBehind(gate, fn, ...args) {
      return readAnswer(await answerTo(callExpression(fn, args, gate)));
    },
    leave: (fn, ...args) => toNextDocument(() => driver.execute(`${callExpression(fn, args)};`)),
    close,
    done: close,
  };
}

function start(command: string, args: string[], env: NodeJS.ProcessEnv, extra: 'ignore' | 'pipe' = 'ignore') {
  const child: ChildProcess = spawn(command, args, {
    detached: true,
    env,
    stdio: ['ignore', 'ignore', 'ignore', extra],
  });
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  return { child, end: ownGroup(child.pid).end };
}

/** A screen of its own for browsers that know no headless mode; the server picks a free display number and says which. */
async function startScreen(xvfb: string, stops: (() => void)[]): Promise<string> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const { child, end } = start(xvfb, args, process.env, 'pipe');
  stops.push(end);
  const [chosen] = (await once(child.stdio[3] as Readable, 'data', { signal: AbortSignal.timeout(10_000) })) as [
    Buffer,
  ];
  return `:${chosen.toString().trim()}`;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answering(port: number): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; await pause(50)) {
    const status = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (status?.ok === true) return;
  }
  throw new Error('WebKitWebDriver did not answer.');
}
