import type { Family, StoredSession, Token } from '../session-store.ts';

/** What a database gives for a row. Whole numbers may come as text: PostgreSQL's are longer than JavaScript's. */
export type Row = Readonly<Record<string, unknown>>;

/** What goes into a column. */
export type Value = string | number | null;

/** What tells which family it is, and when its three months end: never written twice. */
export const fixedColumns = ['id', 'user_id', 'created_at', 'absolute_expires_at'] as const;

export const changingColumns = [
  'client_id',
  'last_rotated_at',
  'generation',
  'revoked_at',
  'revoke_reason',
  'replay_count',
  'dpop_jkt',
  'device_label',
  'ua',
  'ip_prefix',
] as const;

export const tokenColumns = [
  'token_hash',
  'family_id',
  'generation',
  'status',
  'created_at',
  'rotated_at',
  'idem_key_hash',
  'successor_ct',
  'revoke_verifier',
  'bound',
] as const;

export type FamilyRow = Readonly<Record<(typeof fixedColumns)[number] | (typeof changingColumns)[number], Value>>;
export type TokenRow = Readonly<Record<(typeof tokenColumns)[number], Value>>;

/** All columns of a family, in the order in which both its INSERT and its UPDATE take their values. */
export const familyColumns: readonly (keyof FamilyRow)[] = [...changingColumns, ...fixedColumns];

export const familyValues = (family: Family): Value[] => {
  const row = familyRow(family);
  return familyColumns.map((column) => row[column]);
};

const familyRow = (family: Family): FamilyRow => ({
  id: family.id,
  user_id: family.userId,
  client_id: family.clientId,
  created_at: whole(family.createdAt),
  absolute_expires_at: whole(family.absoluteExpiresAt),
  last_rotated_at: whole(family.lastRotatedAt),
  generation: family.generation,
  revoked_at: whole(family.revokedAt),
  revoke_reason: family.revokeReason,
  replay_count: family.replayCount,
  dpop_jkt: family.deviceKey,
  device_label: family.deviceLabel,
  ua: family.userAgent,
  ip_prefix: family.ipPrefix,
});

export const familyOf = (row: Row): Family => ({
  id: text(row['id']),
  userId: text(row['user_id']),
  clientId: textOrNull(row['client_id']),
  createdAt: Number(row['created_at']),
  absoluteExpiresAt: Number(row['absolute_expires_at']),
  lastRotatedAt: Number(row['last_rotated_at']),
  generation: Number(row['generation']),
  revokedAt: numberOrNull(row['revoked_at']),
  revokeReason: textOrNull(row['revoke_reason']),
  replayCount: Number(row['replay_count']),
  deviceKey: textOrNull(row['dpop_jkt']),
  deviceLabel: textOrNull(row['device_label']),
  userAgent: textOrNull(row['ua']),
  ipPrefix: textOrNull(row['ip_prefix']),
});

export const tokenRow = (token: Token): TokenRow => ({
  token_hash: token.hash,
  family_id: token.familyId,
  generation: token.generation,
  status: token.status,
  created_at: whole(token.createdAt),
  rotated_at: whole(token.rotatedAt),
  idem_key_hash: token.keyHash,
  successor_ct: token.successor,
  revoke_verifier: token.revokeVerifier,
  bound: Number(token.bound),
});

export const tokenOf = (row: Row): Token => ({
  hash: text(row['token_hash']),
  familyId: text(row['family_id']),
  generation: Number(row['generation']),
  status: row['status'] as Token['status'],
  createdAt: Number(row['created_at']),
  rotatedAt: numberOrNull(row['rotated_at']),
  keyHash: textOrNull(row['idem_key_hash']),
  successor: textOrNull(row['successor_ct']),
  revokeVerifier: text(row['revoke_verifier']),
  bound: Number(row['bound']) === 1,
});

/** The tokens as they must be written: those that stop being current go first, for at no moment may there be two. */
export const inWritingOrder = (tokens: readonly Token[]): readonly TokenRow[] =>
  [...tokens].sort((a, b) => Number(a.status === 'current') - Number(b.status === 'current')).map(tokenRow);

/** Families with their tokens, both in the order in which they come. */
export function sessionsOf(families: readonly Row[], tokens: readonly Row[]): readonly StoredSession[] {
  const byFamily = new Map<string, Token[]>(families.map((row) => [text(row['id']), []]));
  for (const token of tokens.map(tokenOf)) byFamily.get(token.familyId)?.push(token);
  return families.map(familyOf).map((family) => ({ family, tokens: byFamily.get(family.id) ?? [] }));
}

/** A write the store refuses; nothing of its transaction is kept. */
export const conflict = (): Error => new Error('The write contradicts the rows there are.');

const text = (value: unknown): string => value as string;
const textOrNull = (value: unknown): string | null => value as string | null;
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

/** A clock that was advanced by half a millisecond does not fit into a column of whole ones. */
function whole(instant: number): number;
function whole(instant: number | null): number | null;
function whole(instant: number | null): number | null {
  return instant === null ? null : Math.trunc(instant);
}
