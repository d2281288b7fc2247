import { createAuthServer } from '../create-auth-server.ts';
import { cheapPasswordHasher } from '../users/password-hasher.ts';

/** Run in a process of its own, with `--expose-gc`: prints by how many bytes the heap grows with requests of one kind. */

const count = 4_000;
const filler = 'x'.repeat(16_000);
const ada = { username: 'ada', password: 'correct horse' };
const server = createAuthServer({
  users: [ada],
  passwordHasher: cheapPasswordHasher(),
  allowedOrigins: ['https://app.example'],
  policy: { maxSessions: 1_000_000 },
});

const url = (path: string) => `https://api.example/${path}`;
const form = (fields: Record<string, string>): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields) });
const json = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(fields),
});
const name = (n: number) => `${n}-${'n'.repeat(200)}`;

type Sent = readonly [request: Request, clientIp?: string];

const kinds: Readonly<Record<string, (n: number) => Sent | Promise<Sent>>> = {
  paths: (n) => [new Request(url(`auth/sessions/${n}${filler}`), { method: 'DELETE' })],
  queries: (n) => [new Request(url(`me?${n}${filler}`))],
  'paths-of-one-kind': (n) => [new Request(url(`auth/sessions/${filler}${n}`), { method: 'DELETE' })],
  methods: (n) => [new Request(url('me'), { method: `M${n}${filler}` })],
  addresses: (n) => [
    new Request(url('auth/refresh'), form({ grant_type: 'refresh_token', client_id: 'spa', refresh_token: 'x' })),
    `client-${n}-${filler}`,
  ],
  'ipv6-addresses': (n) => [
    new Request(url('auth/refresh'), form({ grant_type: 'refresh_token', client_id: 'spa', refresh_token: 'x' })),
    `${n}${filler}:${filler}::1`,
  ],
  'unknown-tokens': (n) => [
    new Request(
      url('auth/refresh'),
      form({ grant_type: 'refresh_token', client_id: 'spa', refresh_token: `${n}${filler}` }),
    ),
    `192.0.${n % 250}.${n % 240}`,
  ],
  logins: (n) => [
    new Request(url('auth/login'), json({ ...ada, client_id: name(n), device_label: name(n), x: filler })),
  ],
  'failed-logins': (n) => [
    new Request(url('auth/login'), json({ username: name(n), password: 'guess', x: filler })),
    `2001:db8:${n.toString(16)}::1`,
  ],
  async refreshes(n) {
    const { refresh_token } = await server.seedSession('ada', { age: n });
    const fields = { grant_type: 'refresh_token', client_id: name(n), refresh_token, x: filler.slice(0, 15_000) };
    return [new Request(url('auth/refresh'), form(fields))];
  },
  origins: (n) => [new Request(url('me'), { method: 'POST', headers: { origin: `https://${n}${filler}.example` } })],
};

const heap = () => {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
};

async function send(from: number, to: number): Promise<void> {
  const kind = kinds[process.argv[2] ?? ''];
  if (kind === undefined) throw new RangeError('There is no such kind.');
  for (let n = from; n < to; n += 1) {
    const [request, clientIp] = await kind(n);
    const answer = await server.fetch(request, clientIp === undefined ? {} : { clientIp });
    await answer.text();
  }
}

await send(0, 100);
const before = heap();
await send(100, 100 + count);
process.stdout.write(String(heap() - before));
