import { keptText } from '../kept-text.ts';
import { invalidRequest, Refusal } from './refusal.ts';

/** More than any honest auth request needs. */
export const authBodyLimit: number = 16 * 1_024;

/** Whether it may be kept: no longer than a name is, and without the one character that PostgreSQL keeps in no text. */
export const isShortText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 256 && !value.includes('\0');

/**
 * The body in pieces, so that one that is too large need not be read to its end. Firefox has no `Request.body`: there the
 * body is read whole. It is in the memory of this very page already.
 */
const streamOf = async (request: Request): Promise<ReadableStream<Uint8Array> | null> =>
  'body' in request ? request.body : (await (request as Request).blob()).stream();

/** @throws Refusal 413 for a body over the limit, 400 for one that the browser or the network does not give. */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = new Refusal(413, 'invalid_request', `The body is larger than ${limit} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const reader = (await streamOf(request))?.getReader();
    for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
      length += next.value.byteLength;
      if (length > limit) {
        await reader?.cancel().catch(() => {});
        throw tooLarge;
      }
      chunks.push(next.value);
    }
  } catch (failure) {
    // For one, WebKit cannot read a form with a file in it before it is sent.
    throw failure === tooLarge ? failure : invalidRequest(`The body could not be read (${failure}).`);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** Form parameters by name. A parameter that comes twice is refused (RFC 6749 §3.2); unknown ones are nobody's business. */
export async function readForm(request: Request): Promise<ReadonlyMap<string, string>> {
  const text = await readText(request, 'application/x-www-form-urlencoded');
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (form.has(name)) throw invalidRequest('A parameter is repeated.');
    // A copy: what is remembered of it must not keep the whole body.
    form.set(name, keptText(value, authBodyLimit));
  }
  return form;
}

/** The members of a JSON object, none of them twice. */
export async function readJsonObject(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await readText(request, 'application/json');
  let members = 0;
  let value: unknown;
  try {
    value = JSON.parse(text, function countMembers(this: unknown, key, member) {
      if (key !== '' && !Array.isArray(this)) members += 1;
      return member;
    });
  } catch {
    throw invalidRequest('The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRequest('The body is not a JSON object.');
  }
  if (countMemberNames(text) !== members) throw invalidRequest('A member is repeated or has no name.');
  return value as Record<string, unknown>;
}

/** In valid JSON every colon outside of a text stands behind the name of a member. */
function countMemberNames(text: string): number {
  const withoutTexts = text.replace(/\\./g, '').replace(/"[^"]*"/g, '');
  return withoutTexts.split(':').length - 1;
}

async function readText(request: Request, type: string): Promise<string> {
  const given = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (given !== type) throw new Refusal(415, 'invalid_request', `The body must be ${type}.`);
  const bytes = await readBytes(request, authBodyLimit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidRequest('The body is not UTF-8.');
  }
}
