import { parseArgs } from 'node:util';
import { buildIfStale } from './build-if-stale.ts';
import { openDemoSite } from './site.ts';

const firstPort = 4520;
const usage = `Serves the Latchkey demo on localhost.

  pnpm demo [--port N] [--check]

  --port N   listen on port N and no other (default: ${firstPort}, or the next one that is free)
  --check    run the page's main story once in a headless Chromium, then exit with 0 or 1
  --help     print this
`;

async function main(): Promise<void> {
  const { port, check, help } = options();
  if (help) return void process.stdout.write(usage);
  const story = check ? await import('./check-story.ts') : null;
  story?.requireChromium();
  const site = await openDemoSite(port === undefined ? Array.from({ length: 20 }, (_, n) => firstPort + n) : [port]);
  try {
    buildIfStale((line) => console.log(line));
    await story?.checkStory(site.url, (line) => console.log(line));
  } catch (error) {
    await site.close();
    throw error;
  }
  if (check) await site.close();
  else console.log(`The demo is at ${site.url} (Ctrl+C ends it)`);
}

function options(): { port: number | undefined; check: boolean; help: boolean } {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
    throw new Error(`--port wants a port number, not “${values.port}”.`);
  }
  return { port, check: values.check ?? false, help: values.help ?? false };
}

main().catch((error: unknown) => {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
