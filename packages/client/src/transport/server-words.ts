type Members = Readonly<Record<string, unknown>>;

/** Where servers put a sentence for people: the first that is there says it. */
const sentences = ['error_description', 'detail', 'details', 'message', 'msg', 'description', 'title'];
/** Where they list what is wrong, one by one or by field. */
const lists = ['error', 'errors', 'violations', 'non_field_errors'];

function labelled(name: unknown, text: string): string {
  return typeof name === 'string' && !/^(\d*|non_field_errors|body)$/.test(name) ? `${name}: ${text}` : text;
}

/** All that is said in `value`, at most three levels deep. @param name the field it is about. */
function sayings(value: unknown, name: unknown, depth: number): string[] {
  if (typeof value === 'string') return value === '' ? [] : [labelled(name, value)];
  if (Array.isArray(value)) return value.slice(0, 10).flatMap((one) => sayings(one, name, depth));
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  const { loc, field, path, ...members } = value as Members;
  const about = (Array.isArray(loc) ? loc.at(-1) : undefined) ?? field ?? path ?? name;
  const sentence =
    sentences.map((key) => sayings(members[key], about, depth - 1)).find((said) => said.length > 0) ?? [];
  const listed = lists.flatMap((key) => {
    const list = members[key];
    // A code is for programs: it is told apart.
    if (typeof list === 'string') return sentence.length === 0 && /\s/.test(list) ? [list] : [];
    const isMap = typeof list === 'object' && list !== null && !Array.isArray(list);
    if (!isMap || sayings(list, about, 1).length > 0) return sayings(list, about, depth - 1);
    return Object.entries(list).flatMap(([one, said]) => sayings(said, one, 1));
  });
  const byField = Object.entries(members).flatMap(([one, said]) =>
    Array.isArray(said) &&
    !sentences.includes(one) &&
    !lists.includes(one) &&
    said.every((text) => typeof text === 'string')
      ? sayings(said, one, 1)
      : [],
  );
  return [...sentence, ...listed, ...(sentence.length + listed.length === 0 ? byField : [])];
}

/** What a server says in words about its refusal, wherever it likes to put it; `undefined` for nothing. Pure. */
export function wordsOf(body: unknown): string | undefined {
  return [...new Set(sayings(body, '', 3))].join('; ').slice(0, 400) || undefined;
}
