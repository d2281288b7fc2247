import { expect, it } from 'vitest';
import { conformanceUsage, readConformanceCommandLine } from './conformance-command-line.ts';
import { Failure } from './failure.ts';

const who = ['--user', 'ada', '--password', 'correct horse'];

const failure = (...args: string[]): [string, number] => {
  try {
    readConformanceCommandLine(args);
  } catch (error) {
    if (error instanceof Failure) return [error.message, error.exitCode];
    throw error;
  }
  throw new Error('It was accepted.');
};

it('needs an address and a user, and no more', () => {
  expect(readConformanceCommandLine(['https://api.example', ...who])).toEqual({
    options: {
      url: 'https://api.example/',
      user: { username: 'ada', password: 'correct horse' },
      strict: false,
      endpoints: {},
    },
    jsonFile: null,
    junitFile: null,
  });
});

it('takes passwords from the environment, where no list of processes shows them', () => {
  const environment = { LATCHKEY_PASSWORD: 'correct horse', LATCHKEY_OTHER_PASSWORD: 'battery staple' };
  const args = ['https://api.example', '--user', 'ada', '--other-user', 'eve'];
  expect(readConformanceCommandLine(args, environment)).toMatchObject({
    options: {
      user: { password: 'correct horse' },
      otherUser: { username: 'eve', password: 'battery staple' },
    },
  });
});

it('reads every option', () => {
  const args = [
    ...['https://api.example/v1/', ...who, '--origin', 'https://app.example', '--clock', '/clock/advance'],
    ...['--client-id', 'mobile', '--only', 'REF', '--only', 'LOG-2', '--strict', '--timeout', '3', '--patience', '0'],
    ...['--json', 'report.json', '--junit', 'report.xml', '--api', 'profile', '--logout-all', 'sign-out-everywhere'],
  ];
  expect(readConformanceCommandLine(args)).toEqual({
    options: {
      url: 'https://api.example/v1/',
      user: { username: 'ada', password: 'correct horse' },
      origin: 'https://app.example',
      clock: 'https://api.example/clock/advance',
      clientId: 'mobile',
      only: ['REF', 'LOG-2'],
      strict: true,
      timeout: 3_000,
      patience: 0,
      endpoints: { api: 'profile', logoutAll: 'sign-out-everywhere' },
    },
    jsonFile: 'report.json',
    junitFile: 'report.xml',
  });
  const words = ['--help', '--version', '--list'].map((option) => readConformanceCommandLine([option]));
  expect(words).toEqual(['help', 'version', 'list']);
});

it.each([
  [[...who], 'One address of a server is needed. See --help.'],
  [['https://a.example', 'https://b.example', ...who], 'One address of a server is needed. See --help.'],
  [['api.example', ...who], 'The server wants an address such as https://api.example/, not "api.example".'],
  [['https://api.example', '--user', 'ada'], '--user and --password are needed. See --help.'],
  [['https://api.example', ...who, '--other-user', 'eve'], '--other-user needs --other-password.'],
  [['https://api.example', ...who, '--clokc', 'x'], "Unknown option '--clokc'. See --help."],
  [
    ['https://api.example', ...who, '--origin', 'https://app.example/'],
    '--origin wants an origin as browsers send it, such as https://app.example, not "https://app.example/".',
  ],
  [['https://api.example', ...who, '--patience', '1m'], '--patience wants a number of seconds, not "1m".'],
])('refuses %j in one sentence, with exit code 2', (args, message) => {
  expect(failure(...args)).toEqual([message, 2]);
});

it('names all of its options in the help', () => {
  for (const option of [
    ...[
      'user',
      'password',
      'other-user',
      'other-password',
      'origin',
      'clock',
      'client-id',
      'only',
      'strict',
      'timeout',
    ],
    ...['patience', 'json', 'junit', 'list', 'version', 'help', 'login', 'refresh', 'logout', 'revoke', 'api'],
    ...['sessions', 'logout-all', 'metadata', 'jwks'],
  ]) {
    expect(conformanceUsage).toMatch(new RegExp(`--${option}\\s`));
  }
});
