// What every room may say to the log, and no more. The command backs it with pino; a test collects the lines.

/** `fields` become searchable keys; `message` is a constant sentence. Never a secret, a body or a person's words. */
type Say = (fields: Record<string, unknown>, message: string) => void;

export type Log = { debug: Say; info: Say; warn: Say; error: Say };
