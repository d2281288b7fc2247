import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { second } from '../clock/duration.ts';
import { answerRefusal } from '../http/answer.ts';
import { invalidRequest, Refusal } from '../http/refusal.ts';

/** For how long what a sender still has to say is read and dropped, so that it gets to read the answer. */
const patience = 2 * second;

const refusals: Readonly<Record<string, () => Refusal>> = {
  HPE_HEADER_OVERFLOW: () => new Refusal(431, 'invalid_request', 'The head of the request is too long.'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new Refusal(408, 'invalid_request', 'The request took too long to arrive.'),
};

/** Answers what is no request by the rules of HTTP, where Node would close the connection, sometimes before its answer is read. */
export function answerBrokenRequests(listener: Server, now: () => number): void {
  const answered = new WeakSet<Duplex>();

  function refuse(socket: Duplex, refusal: Refusal): void {
    if (answered.has(socket)) return;
    answered.add(socket);
    socket.on('error', () => socket.destroy());
    if (!socket.writable) return void socket.destroy();
    void asText(answerRefusal(refusal, 'problem'), now()).then((text) => {
      socket.end(text);
      socket.resume();
      setTimeout(() => socket.destroy(), patience).unref();
    });
  }

  listener.on('clientError', (error: Error & { code?: string }, socket) => {
    if (error.code === 'ECONNRESET') return void socket.destroy();
    refuse(socket, refusals[error.code ?? '']?.() ?? invalidRequest('This is no HTTP request.'));
  });
  // Without a listener Node closes the connection.
  listener.on('connect', (_, socket) => refuse(socket, invalidRequest('The request target is not in origin-form.')));
}

async function asText(response: Response, now: number): Promise<string> {
  const body = await response.text();
  const headers = new Headers(response.headers);
  headers.set('date', new Date(now).toUTCString());
  headers.set('connection', 'close');
  headers.set('content-length', String(new TextEncoder().encode(body).byteLength));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${response.status} Refused\r\n${lines}\r\n${body}`;
}
