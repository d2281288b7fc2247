'use client';

import { useAuth } from '@latchkey/client/react';
import { useRouter } from 'next/navigation';

export default function Login() {
  const { login, hydrating } = useAuth();
  const router = useRouter();
  async function send(form: FormData) {
    await login({ username: String(form.get('username')), password: String(form.get('password')) });
    router.replace('/account');
  }
  return (
    <form action={send} data-hydrated={hydrating ? undefined : true}>
      <input name="username" />
      <input name="password" type="password" />
      <button type="submit">Log in</button>
    </form>
  );
}
