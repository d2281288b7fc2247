import { createAuthClient } from '@latchkey/client';
import { authPlugin } from '@latchkey/client/vue';

const client = createAuthClient({ baseUrl: 'https://api.example.com' });

export default defineNuxtPlugin(({ vueApp }) => {
  vueApp.use(authPlugin(client));
});
