import type { AuthServer } from '../auth-server.ts';
import { answerClock } from '../clock/clock-endpoint.ts';
import type { ConformanceOptions } from '../conformance/options.ts';
import { ada, eve } from './api.ts';

export const app = 'https://app.example';

/** Everything that a rule can ask for. */
export const fully: Pick<ConformanceOptions, 'user' | 'otherUser' | 'origin' | 'clock'> = {
  user: { username: ada.username, password: ada.password },
  otherUser: eve,
  origin: app,
  clock: 'clock/advance',
};

/** The server without HTTP, and its clock at `clock/advance`. */
export const fetchOf =
  (server: Pick<AuthServer, 'fetch' | 'clock'>): typeof fetch =>
  (input, init) => {
    const request = new Request(input, init);
    const isClock = new URL(request.url).pathname === '/clock/advance';
    return isClock ? answerClock(server.clock, request) : server.fetch(request, { clientIp: '192.0.2.1' });
  };
