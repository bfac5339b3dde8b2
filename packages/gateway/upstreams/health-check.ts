// Active checks of one upstream: one after the other, each within its time. What they mean is the watch's business.
import { type Cancel, type Clock, LIMITS } from "@holdfast/base";
import type { HealthSettings } from "@holdfast/contract";
import type { UpstreamEvents, UpstreamExchange, UpstreamOrigin } from "../transport/upstream.ts";

/** Makes one check. `done` is told once, with what went wrong or undefined; never after it was cancelled. */
export type Ask = (done: (error: string | undefined) => void) => Cancel;

/** Checks at once and then `every_ms` after each answer, until cancelled. */
export function startChecking(
  ask: Ask,
  every_ms: number,
  clock: Clock,
  tell: (error: string | undefined) => void,
): Cancel {
  let stop: Cancel;
  const check = (): void => {
    stop = ask((error) => {
      tell(error);
      stop = clock.after(every_ms, check);
    });
  };
  // The first not from within whoever starts it: the watch is not in its place yet.
  stop = clock.after(0, check);
  return () => stop();
}

/** Asks by HTTP. `prefix`: path of the upstream's address. */
export function httpAsk(origin: UpstreamOrigin, prefix: string, rules: HealthSettings, clock: Clock): Ask {
  const path = prefix + rules.get;
  const headers = ["user-agent", "holdfast-health"];
  return (done) => {
    const check = new HttpCheck(rules, done);
    check.give_up = clock.after(rules.timeout, () => check.late());
    check.exchange = origin.send({ method: "GET", path, headers, body: undefined }, check);
    return () => check.cancel();
  };
}

class HttpCheck implements UpstreamEvents {
  readonly #rules: HealthSettings;
  readonly #done: (error: string | undefined) => void;
  exchange: UpstreamExchange | undefined;
  give_up: Cancel = () => undefined;
  #bytes = 0;
  #error: string | undefined;
  #over = false;

  constructor(rules: HealthSettings, done: (error: string | undefined) => void) {
    this.#rules = rules;
    this.#done = done;
  }

  onConnected(): void {}
  onUploadWanted(): void {}
  onSent(): void {}

  onHead(status: number): void {
    const { expect } = this.#rules;
    const good = expect ? expect.includes(status) : status >= 200 && status < 300;
    this.#error = good ? undefined : `the check was answered with status ${status}`;
  }

  onData(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= LIMITS.health_body_bytes_max || this.#over) return;
    this.exchange?.cancel();
    this.#end(this.#error);
  }

  onEnd(): void {
    this.#end(this.#error);
  }

  onFailed({ kind, detail }: { kind: string; detail: string }): void {
    this.#end(`the check failed, ${kind}: ${detail}`);
  }

  late(): void {
    this.exchange?.cancel();
    this.#end(`the check was not answered within ${this.#rules.timeout} ms`);
  }

  cancel(): void {
    this.#over = true;
    this.give_up();
    this.exchange?.cancel();
  }

  #end(error: string | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.give_up();
    this.#done(error);
  }
}

/** Only opens a connection. `reach` rejects when there is none within its time. */
export function tcpAsk(reach: () => Promise<void>): Ask {
  return (done) => {
    let cancelled = false;
    const end = (error: string | undefined) => {
      if (!cancelled) done(error);
    };
    reach().then(
      () => end(undefined),
      (error: Error) => end(`the check could not connect: ${error.message}`),
    );
    return () => {
      cancelled = true;
    };
  };
}
