/** @jest-environment jsdom */
// No fetch, no TextEncoder, no BroadcastChannel: the core still loads, and says that nobody is signed in.
test('the core loads in jsdom as it is', () => {
  const { createAuthClient } = require('@latchkey/client/core');
  const client = createAuthClient({ baseUrl: 'https://api.example.com' });
  expect(client.session.status).toBe('signed-out');
  client.dispose();
});
