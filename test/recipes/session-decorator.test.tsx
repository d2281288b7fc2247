// @vitest-environment happy-dom
import { useAuth } from '@latchkey/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sessionDecorator } from './session-decorator.tsx';

const Status = () => <p>{useAuth().session.status}</p>;

test.each(['signed-in', 'lapsed', undefined] as const)('a story that wants %s gets it', async (session) => {
  const box = document.createElement('div');
  const root = createRoot(box);
  onTestFinished(() => root.unmount());
  root.render(<StrictMode>{sessionDecorator(Status, { parameters: { session } })}</StrictMode>);
  await vi.waitFor(() => expect(box.textContent).toBe(session ?? 'signed-out'), 15_000);
});
