import { createAuth } from '@latchkey/client/svelte';
import { countListeners } from '../support/counted-listeners.ts';
import { createScene } from '../support/scene.ts';

const scene = createScene();
export const { client, listeners } = countListeners(scene.open().client);
export const other = scene.open().client;

/** What the component imports, as in an application. */
export const auth = createAuth(client);
