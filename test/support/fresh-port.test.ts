import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { freshPorts, listenOnFreshPort } from './fresh-port.ts';

test('no port is given twice, whoever asks', () => {
  const ports = Array.from({ length: 20 }, () => freshPorts().next().value);
  expect(new Set(ports).size).toBe(20);
});

test('a port that is taken is passed over', async () => {
  const [first, second] = [createServer(), createServer()];
  onTestFinished(() => void [first.close(), second.close()]);
  const port = await listenOnFreshPort(first);
  const taken = createServer();
  onTestFinished(() => void taken.close());
  await new Promise<void>((resolve) => taken.listen(port + 1, '127.0.0.1', resolve));
  expect(await listenOnFreshPort(second)).toBeGreaterThan(port + 1);
});
