const escaped = (text: string): string => text.replace(/[&<>"{}]/g, (character) => `&#${character.codePointAt(0)};`);

interface Step {
  readonly from: number;
  readonly to: number;
  readonly kind: 'note' | 'call' | 'answer' | 'lost';
  readonly text: string;
}

function stepsOf(source: string): { participants: string[]; steps: Step[] } {
  const [head, ...lines] = source.trim().split('\n');
  if (head?.trim() !== 'sequenceDiagram') throw new Error(`Only sequence diagrams are drawn here, not ${head}`);
  const participants: string[] = [];
  const steps: Step[] = [];
  const columnOf = (name: string): number => {
    const column = participants.indexOf(name);
    if (column < 0) throw new Error(`${name} takes no part in the diagram`);
    return column;
  };
  for (const line of lines.map((each) => each.trim())) {
    const participant = /^participant (\w+)$/.exec(line);
    const note = /^Note over (\w+): (.+)$/.exec(line);
    const message = /^(\w+)(->>|-->>|--?x)(\w+): (.+)$/.exec(line);
    if (participant) participants.push(participant[1] ?? '');
    else if (note)
      steps.push({ kind: 'note', from: columnOf(note[1] ?? ''), to: columnOf(note[1] ?? ''), text: note[2] ?? '' });
    else if (message) {
      const kind = message[2]?.endsWith('x') ? 'lost' : message[2] === '->>' ? 'call' : 'answer';
      steps.push({ kind, from: columnOf(message[1] ?? ''), to: columnOf(message[3] ?? ''), text: message[4] ?? '' });
    } else throw new Error(`Not understood in a diagram: ${line}`);
  }
  return { participants, steps };
}

/** A sequence diagram as a list in a grid: it is read aloud in order, can be selected, and needs no script. */
export function drawSequence(source: string): string {
  const { participants, steps } = stepsOf(source);
  const nameOf = (column: number): string => participants[column] ?? '';
  const heads = participants.map((name) => `<b aria-hidden="true">${escaped(name)}</b>`).join('');
  const items = steps.map(({ kind, from, to, text }, row) => {
    const [left, right] = [Math.min(from, to), Math.max(from, to)];
    // A participant has two columns, with its line between them: a note covers both, a message goes from line to line.
    const place =
      kind === 'note' ? `${left * 2 + 1} / auto / ${left * 2 + 3}` : `${left * 2 + 2} / auto / ${right * 2 + 2}`;
    const direction = kind === 'note' ? '' : from < to ? ' rightward' : ' leftward';
    const said =
      kind === 'note' ? nameOf(from) : `${nameOf(from)} to ${nameOf(to)}${kind === 'lost' ? ', never arrives' : ''}`;
    return `<li class="${kind}${direction}" style="grid-area: ${row + 1} / ${place}"><span class="said">${escaped(said)}: </span>${escaped(text)}</li>`;
  });
  return `<figure class="sequence" style="--participants: ${participants.length}"><div class="heads">${heads}</div><ol>${items.join('')}</ol></figure>\n`;
}
