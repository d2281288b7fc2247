import { base64url } from 'jose';
import { digest } from './digest.ts';
import type { RandomBytes } from './random.ts';

const form = /^rt1_[A-Za-z0-9_-]{43}$/;
const ticketForm = /^[A-Za-z0-9_-]{43}$/;

/** Opaque, 256 random bits, derived from nothing. */
export const newRefreshToken = (random: RandomBytes): string => `rt1_${base64url.encode(random(32))}`;

export const looksLikeRefreshToken = (text: string): boolean => form.test(text);

export const looksLikeTicket = (text: string): boolean => ticketForm.test(text);

/** The key under which the store knows a refresh token. No endpoint takes this value as a credential. */
export const hashOf = (refreshToken: string): Promise<string> => digest(`rt:v1:${refreshToken}`);

/** What its holder may show to end the session later, and to do nothing else. */
export const ticketOf = (refreshToken: string): Promise<string> => digest(`revoke:v1:${refreshToken}`);

/** The key under which the store knows a ticket. */
export const verifierOf = (ticket: string): Promise<string> => digest(ticket);
