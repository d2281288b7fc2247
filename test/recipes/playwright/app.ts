import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createAuthServer } from '@latchkey/mock-server';
import { serve } from '@latchkey/mock-server/node';

// A stand-in for your application and its server: a page on one port, the API on the next.
const port = Number(process.env['PORT'] ?? 5173);
const users = Array.from({ length: 8 }, (_, n) => ({ username: `user-${n}`, password: 'correct horse' }));
const page = `http://localhost:${port}`;
const api = await serve(createAuthServer({ users, allowedOrigins: [page] }), { port: port + 1 });
const script = await readFile(
  new URL(import.meta.resolve('@latchkey/client')).pathname.replace('index.js', 'latchkey.iife.min.js'),
);

const html = `<!doctype html><title>App</title><script src="latchkey.js"></script>
<form><label>Name <input name="username"></label><label>Password <input name="password" type="password"></label>
<button>Log in</button></form><p></p><button id="out">Log out</button><script>
const client = Latchkey.createAuthClient({ baseUrl: '${api.url}' });
const form = document.querySelector('form');
form.onsubmit = (event) => {
  event.preventDefault();
  client.login(Object.fromEntries(new FormData(form)));
};
document.querySelector('#out').onclick = () => client.logout();
const show = async () => {
  const isIn = client.session.status === 'signed-in';
  document.querySelector('p').textContent = isIn ? 'Hello ' + (await client.api.get('me').json()).username : 'Please log in.';
};
client.subscribe(show);
show();
</script>`;

createServer((request, response) => {
  const isScript = request.url === '/latchkey.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
  response.end(isScript ? script : html);
}).listen(port, 'localhost');
