// Starts the child process and starts it again when it dies, more and more slowly while it keeps dying.
import { type ChildProcess, fork } from "node:child_process";
import type { Cancel, Clock, Instant, Log } from "@holdfast/base";
import type { ChildOptions, FromChild, ToChild } from "./messages.ts";

const RESTART_FIRST_MS = 50;
const RESTART_MOST_MS = 10_000;
/** A child that lived this long after it was ready begins with a clean record. */
const STABLE_MS = 5_000;
/** After as many starts in a row that came to nothing, questions are refused at once instead of waiting for the next. */
const FAILED_STARTS_HOPEFUL = 2;
/** After this time a child that was asked to close is killed: its store recovers by itself. */
const CLOSE_MS = 8_000;

export type Supervisor = {
  /** False when there is nobody to take it. */
  send(message: ToChild): boolean;
  ready(): boolean;
  /** A child can be expected soon: it is not closed, and its last starts did not all fail. */
  hopeful(): boolean;
  restarts(): number;
  /** Undefined while there is none. */
  pid(): number | undefined;
  /** Lets the child finish what it has, and resolves when it is gone. */
  close(): Promise<void>;
};

export type SupervisorOptions = {
  options: ChildOptions;
  clock: Clock;
  log: Log;
  on_ready: () => void;
  on_exit: () => void;
  on_message: (message: Exclude<FromChild, { kind: "ready" }>) => void;
};

export function supervise({ options, clock, log, on_ready, on_exit, on_message }: SupervisorOptions): Supervisor {
  let child: ChildProcess | undefined;
  let ready_at: Instant | undefined;
  let restarts = 0;
  let failed_starts = 0;
  let backoff_ms = RESTART_FIRST_MS;
  let cancel_restart: Cancel | undefined;
  let closing = false;

  function start(): void {
    cancel_restart = undefined;
    const started = fork(new URL("../child.ts", import.meta.url), [], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child = started;
    started.on("message", (message: FromChild) => {
      if (message.kind === "ready") {
        ready_at = clock.now();
        failed_starts = 0;
        on_ready();
      } else on_message(message);
    });
    // Of a message to a child that has just gone; `exit` follows and does what must be done.
    started.on("error", (error) => log.warn({ error: String(error) }, "the telemetry process does not listen"));
    started.on("exit", (code, signal) => ended(code, signal));
    started.send({ kind: "begin", options } satisfies ToChild);
  }

  function ended(code: number | null, signal: string | null): void {
    if (ready_at === undefined) failed_starts++;
    const lived_ms = ready_at === undefined ? 0 : clock.now() - ready_at;
    child = undefined;
    ready_at = undefined;
    on_exit();
    if (closing) return;
    backoff_ms = lived_ms >= STABLE_MS ? RESTART_FIRST_MS : Math.min(backoff_ms * 2, RESTART_MOST_MS);
    restarts++;
    log.error({ code, signal, backoff_ms }, "the telemetry process ended and is started again");
    cancel_restart = clock.after(backoff_ms, start);
  }

  function send(message: ToChild): boolean {
    if (ready_at === undefined || !child?.connected) return false;
    child.send(message);
    return true;
  }

  start();
  return {
    send,
    ready: () => ready_at !== undefined,
    hopeful: () => !closing && failed_starts < FAILED_STARTS_HOPEFUL,
    restarts: () => restarts,
    pid: () => child?.pid,
    async close() {
      closing = true;
      cancel_restart?.();
      const last = child;
      if (!last) return;
      const gone = new Promise<void>((resolve) => void last.once("exit", () => resolve()));
      if (!send({ kind: "close" })) last.kill("SIGKILL");
      const cancel_kill = clock.after(CLOSE_MS, () => last.kill("SIGKILL"));
      await gone;
      cancel_kill();
    },
  };
}
