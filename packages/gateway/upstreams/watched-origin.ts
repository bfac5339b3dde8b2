// An origin whose every request is counted and judged, whoever sends it: the one place where a watch learns what became of calls.
import type { Clock } from "@holdfast/base";
import type { HeadNotes } from "../transport/listener.ts";
import type { Tunnel, TunnelEvents } from "../transport/tunnel.ts";
import type {
  UpstreamEvents,
  UpstreamExchange,
  UpstreamFailure,
  UpstreamOrigin,
  UpstreamRequest,
} from "../transport/upstream.ts";
import type { Watch } from "./watch.ts";

export function watchedOrigin(origin: UpstreamOrigin, watch: Watch, clock: Clock): UpstreamOrigin {
  return {
    name: origin.name,
    send(request, events) {
      const exchange = new WatchedExchange(watch, clock, events);
      exchange.send(origin, request);
      return exchange;
    },
  };
}

class WatchedExchange implements UpstreamEvents, UpstreamExchange {
  readonly #watch: Watch;
  readonly #clock: Clock;
  readonly #events: UpstreamEvents;
  readonly #round: number;
  #inner: UpstreamExchange | undefined;
  #judged = false;
  #over = false;

  constructor(watch: Watch, clock: Clock, events: UpstreamEvents) {
    this.#watch = watch;
    this.#clock = clock;
    this.#events = events;
    this.#round = watch.began(clock.monotonicMicros());
  }

  send(origin: UpstreamOrigin, request: UpstreamRequest): void {
    this.#inner = origin.send(request, this);
  }

  onConnected(fresh: boolean): void {
    this.#events.onConnected(fresh);
  }

  onUploadWanted(): void {
    this.#events.onUploadWanted();
  }

  onSent(): void {
    this.#events.onSent();
  }

  onInterim(status: number, headers: readonly string[]): void {
    this.#events.onInterim?.(status, headers);
  }

  /** A tunnel counts as a call under way until either side ends it. */
  onUpgraded(headers: readonly string[], tunnel: Tunnel): TunnelEvents {
    this.#judge("ok", undefined);
    const leave = () => this.#leave();
    const events = this.#events.onUpgraded?.(headers, watchedTunnel(tunnel, leave));
    if (!events) throw new Error("an upstream changed protocols for somebody who did not ask for it");
    return {
      onBytes: (bytes) => events.onBytes(bytes),
      onDrain: () => events.onDrain(),
      onEnded() {
        leave();
        events.onEnded();
      },
    };
  }

  onHead(status: number, headers: readonly string[], notes?: HeadNotes): void {
    // Judged at its head: a long stream that began well is no reason to wait with what it says.
    if (status >= 500) this.#judge("failed", `status ${status}`);
    else this.#judge("ok", undefined);
    this.#events.onHead(status, headers, notes);
  }

  onData(chunk: Uint8Array): void {
    this.#events.onData(chunk);
  }

  onTrailers(flat: string[]): void {
    this.#events.onTrailers?.(flat);
  }

  onEnd(): void {
    this.#leave();
    this.#events.onEnd();
  }

  onFailed(failure: UpstreamFailure): void {
    // What cannot be sent is the request's fault.
    if (failure.kind === "unsendable") this.#judge("neutral", undefined);
    else this.#broke(`${failure.kind}: ${failure.detail}`);
    this.#leave();
    this.#events.onFailed(failure);
  }

  write(chunk: Uint8Array): boolean {
    return this.#inner?.write(chunk) ?? true;
  }

  writeTrailers(flat: readonly string[]): void {
    this.#inner?.writeTrailers?.(flat);
  }

  finish(): void {
    this.#inner?.finish();
  }

  pause(): void {
    this.#inner?.pause();
  }

  resume(): void {
    this.#inner?.resume();
  }

  cancel(because?: "silent"): void {
    if (!this.#over) {
      if (because === "silent") this.#broke("silent: no answer in time");
      else this.#judge("neutral", undefined);
    }
    this.#leave();
    this.#inner?.cancel(because);
  }

  #judge(verdict: "ok" | "failed" | "neutral", error: string | undefined): void {
    if (this.#judged) return;
    this.#judged = true;
    this.#watch.judge(this.#clock.monotonicMicros(), this.#round, verdict, error);
  }

  /** Also an answer that began well. */
  #broke(error: string): void {
    this.#judged = true;
    this.#watch.judge(this.#clock.monotonicMicros(), this.#round, "failed", error);
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#watch.left();
  }
}

function watchedTunnel(tunnel: Tunnel, leave: () => void): Tunnel {
  return {
    write: (bytes) => tunnel.write(bytes),
    pause: () => tunnel.pause(),
    resume: () => tunnel.resume(),
    end() {
      leave();
      tunnel.end();
    },
    destroy() {
      leave();
      tunnel.destroy();
    },
  };
}
