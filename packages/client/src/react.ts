export { type Auth, AuthProvider, type Register, useAuth } from './react/auth.ts';
export { useRequireSession } from './react/require-session.ts';
