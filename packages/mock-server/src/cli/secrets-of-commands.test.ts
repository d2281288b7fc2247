import { afterEach, describe, expect, it, vi } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { readConformanceCommandLine } from './conformance-command-line.ts';
import { Failure } from './failure.ts';
import { rotateKey } from './rotate-key-command.ts';
import { startServing } from './serve-command.ts';

/*
 * Kind: a password that stands on the command line, in its place or in a wrong one, is printed, and so ends in a log.
 */

const secret = 'hunter2hunter2';

const messageOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  throw new Error('It was accepted.');
};

async function serving(args: string[], environment = {}): Promise<string> {
  return messageOf(async () => {
    const command = readCommandLine(['--port', '0', ...args], environment);
    if (typeof command !== 'string') await startServing(command);
  });
}

describe('no message shows a password (OX18)', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ['the right form, and nobody there', ['--db', `postgres://ada:${secret}@127.0.0.1:1/d`]],
    ['a password with a # in it', ['--db', `postgres://ada:12345#${secret}@127.0.0.1/d`]],
    ['a password with a / in it', ['--db', `postgres://ada:1/${secret}@127.0.0.1/d`]],
    ['a password where the host belongs', ['--db', `postgres://${secret}/d`]],
    ['a password where the port belongs', ['--db', `postgres://ada:${secret}`]],
    ['another scheme', ['--db', `mysql://root:${secret}@h/d`]],
    ['a scheme with a slip', ['--db', `postgress://ada:${secret}@h/d`]],
    ['a scheme in capitals', ['--db', `POSTGRES://ada:${secret}@h/d`]],
    ['one slash', ['--db', `postgres:/ada:${secret}@h/d`]],
    ['no colon', ['--db', `postgres//ada:${secret}@h/d`]],
    ['no scheme', ['--db', `ada:${secret}@h/d`]],
    ['settings of libpq', ['--db', `host=h user=ada password=${secret}`]],
    ['settings of libpq, with the name of the environment', ['--db', `PGPASSWORD=${secret}`]],
    ['a setting of libpq that is none', ['--db', `passwd=${secret}`]],
    ['a password for a key', ['--db', `sslpassword=${secret}`]],
    ['a parameter', ['--db', `h/d?pass=${secret}`]],
    ['an encoded address', ['--db', `postgres%3A%2F%2Fada%3A${secret}%40h`]],
    ['a scheme with a digit', ['--db', `pg2://ada/${secret}`]],
    ['a password before a port', ['--db', `${secret}:5432/d`]],
    ['no option', [`postgres://ada:${secret}@h/d`]],
    ['an option that there is not', [`--db:postgres://ada:${secret}@h/d`]],
    ['an option with a slip', [`--bd=postgres://ada:${secret}@h/d`]],
    ['the port', ['--port', `postgres://ada:${secret}@h/d`]],
    ['the origin', ['--origin', `https://ada:${secret}@app.example`]],
    ['the issuer', ['--issuer', `postgres://ada:${secret}@h/d`]],
    ['the issuer, which every token would name', ['--issuer', `https://ada:${secret}@api.example`]],
    ['the public address', ['--public', `https://ada:${secret}@app.example`]],
    ['the proxies', ['--proxies', `password=${secret}`]],
  ])(
    '%s',
    async (_, args) => {
      vi.stubEnv('LATCHKEY_KEY_SECRET', 'a secret of the tests that is long enough');
      const message = await serving(args);
      expect(message).not.toContain(secret);
      expect(message).not.toContain('12345');
      expect(message).toMatch(/^[^\n]+\.$/);
    },
    30_000,
  );

  it('nor from the environment, nor of the other commands', async () => {
    vi.stubEnv('LATCHKEY_KEY_SECRET', 'a secret of the tests that is long enough');
    const messages = await Promise.all([
      serving([], { LATCHKEY_DB: `postgres://ada:${secret}@127.0.0.1:1/d` }),
      serving([], { LATCHKEY_DB: `mysql://ada:${secret}@127.0.0.1:1/d` }),
      messageOf(() => rotateKey(['--db', `postgres:ada:${secret}@h`])),
      messageOf(() => rotateKey([`postgres://ada:${secret}@h`])),
      messageOf(() => rotateKey([], { LATCHKEY_DB: `postgres://ada:${secret}@127.0.0.1:1/d` })),
      messageOf(() => readConformanceCommandLine([`ftp://ada:${secret}@h`, '--user', 'ada', '--password', 'x'])),
      messageOf(() => readConformanceCommandLine([`--pasword=${secret}`])),
    ]);
    for (const message of messages) expect(message).not.toContain(secret);
  }, 30_000);
});

it('the database can be named in the environment, and an option comes first (OX18)', () => {
  const environment = { LATCHKEY_DB: 'postgres://ada:x@h/d' };
  expect(readCommandLine([], environment)).toMatchObject({ database: 'postgres://ada:x@h/d' });
  expect(readCommandLine(['--db', 'memory'], environment)).toMatchObject({ database: 'memory' });
});

it.each(['latchkey.sqlite', './data/at@home.sqlite', 'C:\\data\\latchkey.sqlite', '/var/lib/a b.db', 'memory'])(
  'a file is no address: %s (OX18)',
  (database) => {
    expect(readCommandLine(['--db', database])).toMatchObject({ database });
  },
);
