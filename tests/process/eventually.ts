// Waiting for what happens by itself: asks again until the answer is there, and says what it saw last when it never comes.

export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  within_ms = 15_000,
): Promise<T> {
  const end = performance.now() + within_ms;
  for (;;) {
    const seen = await ask();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > end) throw new Error(`did not happen within ${within_ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
