import { expect, it } from 'vitest';
import { readCommandLine, usage } from './command-line.ts';
import { Failure } from './failure.ts';

const failure = (...args: string[]): [string, number] => {
  try {
    readCommandLine(args);
  } catch (error) {
    if (error instanceof Failure) return [error.message, error.exitCode];
    throw error;
  }
  throw new Error('It was accepted.');
};

it('without options it keeps nothing, and serves this machine (OS8)', () => {
  expect(readCommandLine([])).toEqual({
    port: 3_000,
    host: '127.0.0.1',
    database: 'memory',
    usersFile: null,
    weakPasswords: false,
    origins: [],
    issuer: null,
    publicOrigin: null,
    proxies: 0,
    clockEndpoint: false,
  });
});

it('reads every option, and origins more than once', () => {
  const args =
    '--port 0 --host :: --db postgres://u:p@h/d --users u.json --issuer https://api.example --public https://api.example --proxies 2 --weak-passwords --clock-endpoint'.split(
      ' ',
    );
  expect(readCommandLine([...args, '--origin', 'https://a.example', '--origin', 'http://localhost:5173'])).toEqual({
    port: 0,
    host: '::',
    database: 'postgres://u:p@h/d',
    usersFile: 'u.json',
    weakPasswords: true,
    origins: ['https://a.example', 'http://localhost:5173'],
    issuer: 'https://api.example',
    publicOrigin: 'https://api.example',
    proxies: 2,
    clockEndpoint: true,
  });
  expect([readCommandLine(['--help', '--port', 'x']), readCommandLine(['--version'])]).toEqual(['help', 'version']);
});

it('takes an origin with the slash that it is mostly printed with', () => {
  const args = ['--origin', 'http://localhost:5173/', '--public', 'https://api.example/'];
  expect(readCommandLine(args)).toMatchObject({
    origins: ['http://localhost:5173'],
    publicOrigin: 'https://api.example',
  });
});

it.each([
  [['--prot', '80'], "Unknown option '--prot'. See --help."],
  [['serve'], "Unexpected argument 'serve'. See --help."],
  [['--port'], "Option '--port <value>' argument missing. See --help."],
  [['--port', '65536'], '--port wants a number from 0 to 65535, not "65536".'],
  [['--port', '-1'], "Option '--port' argument is ambiguous. See --help."],
  [['--port', '8e1'], '--port wants a number from 0 to 65535, not "8e1".'],
  [['--db', 'mysql://root:secret@h/d'], '--db wants a file, a postgres:// address, or memory.'],
  [['--db', ''], '--db wants a file, a postgres:// address, or memory.'],
  [
    ['--origin', 'https://app.example/login'],
    '--origin wants an origin as browsers send it, such as https://app.example, not "https://app.example/login".',
  ],
  [
    ['--public', 'https://api.example/v1'],
    '--public wants an origin as browsers send it, such as https://api.example, not "https://api.example/v1".',
  ],
  [['--proxies', 'all'], '--proxies wants a number from 0 to 9, not "all".'],
  [['--issuer', 'api.example'], '--issuer wants a URL such as https://api.example, not "api.example".'],
])('refuses %j in one sentence, with exit code 2', (args, message) => {
  expect(failure(...args)).toEqual([message, 2]);
});

it('names all of its options in the help', () => {
  for (const option of [
    'port',
    'host',
    'db',
    'users',
    'origin',
    'issuer',
    'public',
    'proxies',
    'clock-endpoint',
    'version',
    'help',
  ]) {
    expect(usage).toMatch(new RegExp(`--${option}\\s`));
  }
});
