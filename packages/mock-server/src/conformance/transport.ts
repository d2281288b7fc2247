import type { Answer, EndpointName } from './answer.ts';
import { answerOf, initOf, type Outgoing, requestTold, responseTold, secretsOf, tokensIn } from './exchange.ts';
import type { ConformanceExchange } from './options.ts';
import { createRedaction } from './redaction.ts';
import type { Target } from './target.ts';
import { Unchecked, Violation } from './violation.ts';

/** How long the run may still wait for the server, in milliseconds. */
export interface Patience {
  left: number;
}

/** Sends requests and writes down, redacted, what was sent and what came back. */
export interface Transport {
  readonly exchanges: readonly ConformanceExchange[];
  readonly notes: readonly string[];
  /** A 429 is waited for, and then the request is sent again. `path` is added to the endpoint's. */
  send(endpoint: EndpointName, outgoing: Outgoing, path?: string): Promise<Answer>;
  /** Moves the server's time. */
  advance(seconds: number): Promise<void>;
}

/** No answer came. */
export class NoAnswer extends Violation {
  override readonly name: string = 'NoAnswer';
}

const mostTries = 4;

export function createTransport(target: Target, patience: Patience, onAnswer: (answer: Answer) => void): Transport {
  const exchanges: ConformanceExchange[] = [];
  const notes: string[] = [];
  const redaction = createRedaction();

  async function exchange(url: URL, endpoint: EndpointName, outgoing: Outgoing): Promise<Answer> {
    const { tokens, keys, password } = secretsOf(outgoing);
    await Promise.all([...tokens, ...keys].map((secret) => redaction.learn(secret)));
    if (password !== null) redaction.hide(password);
    const request = requestTold(url, outgoing, redaction);
    try {
      const response = await target.fetch(url, {
        ...initOf(outgoing),
        redirect: 'manual',
        signal: AbortSignal.timeout(target.timeout),
      });
      const secrets = [...tokens, ...(password === null ? [] : [password])];
      const answer = await answerOf(response, { endpoint, method: outgoing.method, secrets });
      await Promise.all(tokensIn(answer.json).map((token) => redaction.learn(token)));
      exchanges.push({ request, response: responseTold(answer, redaction), note: null });
      return answer;
    } catch (error) {
      const note = `No answer: ${redaction.apply(causeOf(error, target.timeout))}.`;
      exchanges.push({ request, response: null, note });
      throw new NoAnswer(note, { cause: error });
    }
  }

  async function advance(seconds: number): Promise<void> {
    if (target.clock === null) throw new Unchecked('It needs a clock that can be advanced.');
    const { status } = await exchange(target.clock, 'api', { method: 'POST', body: { json: { advance: seconds } } });
    if (status < 200 || status > 299) throw new Unchecked(`The clock did not advance: it answered ${status}.`);
  }

  async function waitFor(answer: Answer): Promise<void> {
    const seconds = Math.ceil(Number(answer.headers.get('retry-after') ?? '1'));
    if (!(seconds >= 0)) throw new Unchecked('The server asked to wait (429) and did not say for how many seconds.');
    if (target.clock !== null) {
      await advance(Math.max(1, seconds));
      notes.push(`The server asked to wait ${seconds} s (429); its clock was advanced.`);
      return;
    }
    const milliseconds = Math.max(1, seconds) * 1_000;
    if (milliseconds > patience.left) {
      throw new Unchecked(`The server asked to wait ${seconds} s (429), which is more than the patience that is left.`);
    }
    patience.left -= milliseconds;
    notes.push(`The server asked to wait ${seconds} s (429), which was done.`);
    await target.wait(milliseconds);
  }

  return {
    exchanges,
    notes,
    advance,
    async send(endpoint, outgoing, path = '') {
      const url = new URL(`${target.endpoints[endpoint]}${path}`, target.url);
      for (let tries = 1; ; tries += 1) {
        const answer = await exchange(url, endpoint, outgoing);
        onAnswer(answer);
        if (answer.status !== 429) return answer;
        if (tries === mostTries) throw new Unchecked(`The server answered 429 ${mostTries} times in a row.`);
        await waitFor(answer);
      }
    },
  };
}

/** What fetch hides in the cause of its error. */
function causeOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `none came within ${timeout / 1_000} s`;
  const { cause } = error;
  const inner: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  const message = inner instanceof Error && inner.message !== '' ? inner.message : error.message;
  return (message.split('\n')[0] ?? '').replace(/\.$/, '');
}
