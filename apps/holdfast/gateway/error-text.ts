// What is logged of an error that nobody foresaw.

/** With where it came from, if it says so. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
