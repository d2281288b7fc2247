/** What the kit calls; paths are relative to the server's address. */
interface ConformanceEndpoints {
    /** Default `'auth/login'`. */
    readonly login: string;
    /** Default `'auth/refresh'`. */
    readonly refresh: string;
    /** Default `'auth/logout'`. */
    readonly logout: string;
    /** Default `'auth/revoke'`. */
    readonly revoke: string;
    /** Anything that a GET with an access token gets. Default `'me'`. */
    readonly api: string;
    /** Default `'auth/sessions'`; rules about it are not checked where nothing is served. */
    readonly sessions: string;
    /** Default `'auth/logout-all'`; likewise. */
    readonly logoutAll: string;
    /** Default `'.well-known/oauth-authorization-server'`; likewise. */
    readonly metadata: string;
    /** Default `'auth/jwks'`; likewise. */
    readonly jwks: string;
}
interface ConformanceCredentials {
    readonly username: string;
    readonly password: string;
}
interface ConformanceOptions {
    /** Where the server is mounted: `'https://api.example/v1/'`. */
    readonly url: string | URL;
    /** A user made for this: the run ends other sessions of the user, and leaves some of its own behind. */
    readonly user: ConformanceCredentials;
    /** Another user, for tokens in the wrong hands; rules that need one are not checked without. */
    readonly otherUser?: ConformanceCredentials;
    readonly endpoints?: Partial<ConformanceEndpoints>;
    /** Default `'spa'`. */
    readonly clientId?: string;
    /** An origin that the server allows, as browsers send it; rules that need one are not checked without. */
    readonly origin?: string;
    /**
     * Moves the server's time when it gets `POST {"advance": seconds}`. Rules about expiry are not checked without. It may be
     * relative to `url`.
     */
    readonly clock?: string | URL;
    /** Ids of rules, or their beginnings (`'REF-6'`, `'LOG'`); default: all. */
    readonly only?: readonly string[];
    /** Whether what SHOULD be counts like what MUST be. Default false. */
    readonly strict?: boolean;
    /** How long the run may wait in all for a server that answers 429. Milliseconds, default 60,000. */
    readonly patience?: number;
    /** How long an answer may take. Milliseconds, default 10,000. */
    readonly timeout?: number;
    /** Default `globalThis.fetch`. It has to let `Origin` be set, as Node's does and a browser's does not. */
    readonly fetch?: typeof fetch;
    /** Waits so many milliseconds. Default: a timer. */
    readonly wait?: (milliseconds: number) => Promise<void>;
    /** Called after each rule. */
    readonly onResult?: (result: ConformanceResult) => void;
}
/** One request and what came back. Tokens and keys appear as the first 8 hex digits of their SHA-256, passwords not at all. */
interface ConformanceExchange {
    readonly request: {
        readonly method: string;
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string | null;
    };
    /** Null when no answer came. */
    readonly response: {
        readonly status: number;
        /** Those that the protocol speaks of. */
        readonly headers: Readonly<Record<string, string>>;
        /** At most 2,000 characters. */
        readonly body: string;
    } | null;
    /** Why there was no answer, or that the server asked to wait. */
    readonly note: string | null;
}
interface ConformanceRule {
    /** Such as `'REF-6.descendant'`; the part before the dot names a requirement, the rest what of it is looked at. */
    readonly id: string;
    /** What belongs together: `'Login'`, `'Logout by the pair'`, … */
    readonly group: string;
    /** What the server promises. */
    readonly title: string;
    readonly level: 'MUST' | 'SHOULD';
    /** Where the protocol says so: `'protocol.md#rotation-repeats-reuse'`. */
    readonly section: string;
    /** What goes wrong without. */
    readonly why: string;
    /** What it takes to check it, beyond a server and a user. */
    readonly needs: readonly ('clock' | 'otherUser' | 'origin')[];
}
interface ConformanceResult extends ConformanceRule {
    /**
     * - `passed`: looked at, and kept.
     * - `failed`: a MUST that is not kept (with `strict`, a SHOULD, too).
     * - `advised`: a SHOULD that is not kept.
     * - `not-checked`: nothing is known; `finding` says what was missing.
     */
    readonly outcome: 'passed' | 'failed' | 'advised' | 'not-checked';
    /** What was found instead, or why it was not checked; null for what passed. */
    readonly finding: string | null;
    /** Such as a wait that the server asked for. */
    readonly notes: readonly string[];
    readonly exchanges: readonly ConformanceExchange[];
    /** Milliseconds. */
    readonly duration: number;
}
interface ConformanceReport {
    /** Of the form of the report. */
    readonly version: 1;
    readonly url: string;
    /** Whether something was checked and nothing failed. */
    readonly conforms: boolean;
    readonly counts: Readonly<Record<'passed' | 'failed' | 'advised' | 'notChecked', number>>;
    readonly results: readonly ConformanceResult[];
    /** Milliseconds. */
    readonly duration: number;
}

/** The report as JUnit XML, which every CI system shows. A SHOULD that is not kept is skipped, as JUnit has nothing in between. */
declare function junitReport({ url, results, duration }: ConformanceReport): string;

/** Nothing could be checked at all: the server is not there, or nobody can log in. */
declare class ConformanceError extends Error {
    readonly name: string;
}
/** Every rule there is, in the order in which they are checked. */
declare const conformanceRules: readonly ConformanceRule[];
/**
 * Checks any server against the protocol, over HTTP alone.
 *
 * @example
 * const report = await checkConformance({
 *   url: 'http://localhost:3000',
 *   user: { username: 'ada', password: 'correct horse' },
 * });
 * report.results.filter(({ outcome }) => outcome === 'failed');
 *
 * @throws ConformanceError when the server does not answer, the login does not work, the clock does not advance, or `only` names
 * no rule.
 */
declare function checkConformance(options: ConformanceOptions): Promise<ConformanceReport>;

/** The report for people: every rule on a line, and below what was sent and what came back where a rule was broken. */
declare function textReport(report: ConformanceReport): string;

export { ConformanceError, checkConformance, conformanceRules, junitReport, textReport };
export type { ConformanceCredentials, ConformanceEndpoints, ConformanceExchange, ConformanceOptions, ConformanceReport, ConformanceResult, ConformanceRule };
