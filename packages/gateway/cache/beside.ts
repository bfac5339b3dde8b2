// stale-while-revalidate: while clients are served what is kept, the upstream is asked once whether it still holds. Not a call of
// anybody: it has no record and no retries, and nothing waits for it.
import type { Call } from "../pipeline/call.ts";
import { upstreamHeaders, upstreamPath } from "../pipeline/send.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { UpstreamEvents, UpstreamExchange } from "../transport/upstream.ts";
import { NO_CONTROL } from "./cache-control.ts";
import { askIfStill, refreshedHeaders } from "./conditional.ts";
import { Flight } from "./flight.ts";
import { Gathering } from "./gathering.ts";
import { type Keeps, type Keys, type RouteCache, valueIn } from "./route-cache.ts";
import type { Kept } from "./store.ts";

/** Asks again for what `call` asks for, unless somebody does already. */
export function refreshBeside(call: Call, cache: RouteCache, keeps: Keeps, about: { kept: Kept; keys: Keys }): void {
  const { target, subject } = call;
  const key = `${about.keys.caller}\nbeside\n${about.kept.vary_key}`;
  if (!target || !subject || keeps.flights.has(key)) return;
  const flight = new Flight(() => void keeps.flights.delete(key));
  keeps.flights.set(key, flight);
  const headers = upstreamHeaders(call);
  askIfStill(headers, about.kept.headers);
  const gathering = new Gathering(cache, keeps, {
    method: "GET",
    control: NO_CONTROL,
    authorization: forwardsCredentials(call),
    keys: about.keys,
    asked_at_ms: cache.clock.now(),
    value: snapshot(call, about.kept),
  });
  const refresh = new Refresh({ cache, keeps, gathering, flight, kept: about.kept, runtime: call.runtime });
  refresh.begin(subject.timeouts.total_ms, (events) =>
    target.origin.send({ method: "GET", path: upstreamPath(call, target), headers, body: undefined }, events),
  );
}

export function forwardsCredentials({ headers, drop_authorization, drop_api_key }: Call): boolean {
  const { authorization, api_key } = headers;
  return (authorization !== undefined && !drop_authorization) || (api_key !== undefined && !drop_api_key);
}

/** What the call says in the headers that tell answers apart: the call itself may be gone when the answer comes. */
function snapshot(call: Call, { vary }: Kept): (name: string) => string | undefined {
  const value = valueIn(call);
  const said = new Map(vary.map((name) => [name, value(name)]));
  return (name) => (said.has(name) ? said.get(name) : value(name));
}

type Parts = {
  cache: RouteCache;
  keeps: Keeps;
  gathering: Gathering;
  flight: Flight;
  kept: Kept;
  runtime: Runtime;
};

class Refresh implements UpstreamEvents {
  readonly #parts: Parts;
  #exchange: UpstreamExchange | undefined;
  #stopTimer: (() => void) | undefined;
  #status = 0;
  #gathers = false;
  #over = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  begin(within_ms: number, send: (events: UpstreamEvents) => UpstreamExchange): void {
    const { cache, runtime } = this.#parts;
    // The plan's connections stay open until this is over.
    runtime.enter();
    this.#stopTimer = cache.clock.after(within_ms, () => this.#cancel());
    const exchange = send(this);
    if (this.#over) exchange.cancel();
    else this.#exchange = exchange;
  }

  onConnected(): void {}
  onUploadWanted(): void {}
  onSent(): void {}

  onHead(status: number, headers: readonly string[]): void {
    const { gathering, keeps, kept } = this.#parts;
    this.#status = status;
    if (status === 304) {
      const { may_keep } = gathering.confirmed(kept.status, refreshedHeaders(kept.headers, headers), kept.body);
      if (!may_keep) keeps.part.drop(kept);
      return;
    }
    // What it should have confirmed stays usable while the upstream is in trouble.
    if (status >= 500) return;
    this.#gathers = gathering.head(status, headers);
    if (!this.#gathers) {
      keeps.part.drop(kept);
      this.#cancel();
    }
  }

  onData(chunk: Uint8Array): void {
    if (!this.#gathers || this.#parts.gathering.data(chunk)) return;
    this.#parts.keeps.part.drop(this.#parts.kept);
    this.#cancel();
  }

  onEnd(): void {
    if (this.#gathers) this.#parts.gathering.keep();
    this.#finish();
  }

  onFailed(): void {
    this.#finish();
  }

  #cancel(): void {
    this.#exchange?.cancel(this.#status === 0 ? "silent" : undefined);
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopTimer?.();
    this.#parts.gathering.stop();
    this.#parts.flight.land({ kind: "alone" });
    this.#parts.runtime.leave();
  }
}
