// What was opened, to be closed in the opposite order: on the way out, and when a start fails half-way.
import type { Log } from "@holdfast/base";

export type Closers = {
  add(name: string, close: () => Promise<void> | void): void;
  /** Closes everything, whatever fails on the way; failures go to the log. */
  closeAll(): Promise<void>;
};

export function createClosers(log: Log): Closers {
  const open: { name: string; close: () => Promise<void> | void }[] = [];
  let closing: Promise<void> | undefined;

  async function closeEach(): Promise<void> {
    for (let next = open.pop(); next; next = open.pop()) {
      try {
        await next.close();
      } catch (error) {
        log.error({ what: next.name, error: String(error) }, "could not be closed");
      }
    }
  }

  return {
    add: (name, close) => void open.push({ name, close }),
    closeAll() {
      // Whoever asks again waits for the same end: two at once would not keep the order.
      closing ??= closeEach();
      return closing;
    },
  };
}
