import { type ComputedRef, computed, getCurrentInstance, onMounted, type ShallowRef, shallowRef } from 'vue';
import type { SessionSnapshot } from '../types.ts';

/** What a server renders: it knows of no session, and whatever its clients know belongs into no page. */
export const onServer: SessionSnapshot = { status: 'signed-out', reason: null };

/**
 * The session as the component that is being set up may show it. What a server has rendered is shown again until the component
 * is mounted, however late it hydrates; one that is rendered in the browser shows the session from the start.
 */
export function sessionForSetup(session: Readonly<ShallowRef<SessionSnapshot>>): Readonly<ShallowRef<SessionSnapshot>> {
  // A component has an element before it is rendered only where a server rendered it.
  if (!getCurrentInstance()?.vnode.el) return session;
  const isMounted = shallowRef(false);
  onMounted(() => {
    isMounted.value = true;
  });
  return computed(() => (isMounted.value ? session.value : onServer));
}

/** Whether the session is not known yet. */
export const isHydrating = (session: Readonly<ShallowRef<SessionSnapshot>>): ComputedRef<boolean> =>
  computed(() => session.value === onServer);
