/** What kind of object that is, as it says itself: one of another frame or realm is no instance of the classes of ours. */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** A copy of what can change; everything else is as it is for good, or a stream. */
export function bodyAsItIs(body: unknown): unknown {
  const kind = kindOf(body);
  if (kind === 'URLSearchParams') return new URLSearchParams(body as URLSearchParams);
  if (kind === 'FormData') {
    const copy = new FormData();
    for (const [name, value] of body as FormData) copy.append(name, value);
    return copy;
  }
  if (kind !== 'ArrayBuffer' && !ArrayBuffer.isView(body)) return body;
  const { buffer = body, byteOffset, byteLength } = body as Uint8Array<ArrayBuffer>;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength).slice();
}

/** Whether a body can be sent only once. */
export function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body);
}
