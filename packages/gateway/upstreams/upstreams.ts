// Every upstream that the plans of this worker name, once each: what is known of it outlives the plan that named it first, and it is
// checked once however many routes lead there.
import { createHash } from "node:crypto";
import type { Cancel, Clock, Log, WorkspaceName } from "@holdfast/base";
import type { RetrySettings, UpstreamProtocol, UpstreamReport, UpstreamRules } from "@holdfast/contract";
import type { Connections } from "@holdfast/net";
import type { Target } from "../runtime/runtime.ts";
import type { OpenedOrigin, Transport } from "../transport/transports.ts";
import { httpAsk, startChecking, tcpAsk } from "./health-check.ts";
import { RetryBudget } from "./retry-budget.ts";
import { Watch } from "./watch.ts";
import { watchedOrigin } from "./watched-origin.ts";

type WantedUpstream = {
  workspace: WorkspaceName;
  service: string;
  release: string;
  url: string;
  /** Undefined: it is not watched. */
  rules: UpstreamRules | undefined;
  connect_ms: number;
  /** Undefined: HTTP/1.1. */
  protocol: UpstreamProtocol | undefined;
};

type LeasedUpstream = {
  target: Target;
  /** There where `rules` are. */
  watch: Watch | undefined;
  release(): void;
};

type LeasedBudget = { budget: RetryBudget; release(): void };

export type Upstreams = {
  /** The same one for the same service, address and rules. */
  lease(wanted: WantedUpstream): LeasedUpstream;
  leaseBudget(workspace: WorkspaceName, service: string, rules: RetrySettings): LeasedBudget;
  /** One row for each release that an upstream serves. */
  report(): UpstreamReport[];
  /** Ends all checks. */
  close(): void;
};

export type UpstreamsTools = { clock: Clock; connections: Connections; transport: Transport; log: Log };

type Place = { release: string; users: number };

type Entry = {
  wanted: WantedUpstream;
  opened: OpenedOrigin;
  target: Target;
  watch: Watch | undefined;
  stopChecking: Cancel;
  places: Map<string, Place>;
  users: number;
};

export function createUpstreams(tools: UpstreamsTools): Upstreams {
  const entries = new Map<string, Entry>();

  function giveBack(key: string, entry: Entry, place: Place): void {
    if (--place.users === 0) entry.places.delete(place.release);
    if (--entry.users > 0) return;
    entries.delete(key);
    entry.stopChecking();
    releasePool(entry.opened, tools);
  }

  return {
    lease(wanted) {
      const key = keyOf(wanted);
      const entry = entries.get(key) ?? openEntry(wanted, tools);
      entries.set(key, entry);
      const place = entry.places.get(wanted.release) ?? { release: wanted.release, users: 0 };
      entry.places.set(wanted.release, place);
      entry.users++;
      place.users++;
      const { target, watch } = entry;
      return { target, watch, release: () => giveBack(key, entry, place) };
    },
    leaseBudget: budgetLeases(),
    report: () => [...entries.values()].flatMap((entry) => reportOf(entry, tools)),
    close() {
      for (const { stopChecking } of entries.values()) stopChecking();
    },
  };
}

function budgetLeases(): Upstreams["leaseBudget"] {
  const budgets = new Map<string, { budget: RetryBudget; users: number }>();
  return (workspace, service, rules) => {
    const key = JSON.stringify([workspace, service, rules.budget, rules.always]);
    const kept = budgets.get(key) ?? { budget: new RetryBudget(rules), users: 0 };
    budgets.set(key, kept);
    kept.users++;
    return {
      budget: kept.budget,
      release() {
        if (--kept.users === 0) budgets.delete(key);
      },
    };
  };
}

function keyOf({ workspace, service, url, rules, connect_ms, protocol }: WantedUpstream): string {
  return digest([workspace, service, url, rules ?? null, connect_ms, protocol ?? null]);
}

/** Keys of client certificates are among the rules, and are not kept where a key of a map could show them. */
export function digest(of: unknown): string {
  return createHash("sha256").update(JSON.stringify(of)).digest("base64url");
}

function openEntry(wanted: WantedUpstream, tools: UpstreamsTools): Entry {
  const { workspace, rules, connect_ms } = wanted;
  const url = new URL(wanted.url);
  const opened = tools.transport.open(tools.connections, workspace, url, {
    connect_ms,
    protocol: wanted.protocol,
    ...secured(rules),
  });
  const watch = rules ? openWatch(wanted, rules, tools) : undefined;
  const prefix = prefixOf(url);
  return {
    wanted,
    opened,
    target: {
      origin: watch ? watchedOrigin(opened.origin, watch, tools.clock) : opened.origin,
      prefix,
      model: undefined,
    },
    watch,
    stopChecking: watch && rules ? startChecks({ watch, wanted, rules, prefix }, tools) : () => undefined,
    places: new Map(),
    users: 0,
  };
}

/** Connections that a certificate opened are nobody else's. */
function secured(rules: UpstreamRules | undefined, purpose = "") {
  const tls = rules?.tls;
  if (tls) return { tls, apart: purpose + digest(tls) };
  return purpose === "" ? {} : { apart: purpose };
}

/** Empty or `/base`, without a trailing slash. */
export function prefixOf(url: URL): string {
  return url.pathname === "/" ? "" : url.pathname.replace(/\/$/, "");
}

export function releasePool({ pool }: OpenedOrigin, { connections, log }: Pick<UpstreamsTools, "connections" | "log">) {
  connections.release(pool).catch((error) => log.warn({ error: String(error) }, "an upstream pool did not close"));
}

function openWatch({ workspace, service, url }: WantedUpstream, rules: UpstreamRules, { clock, log }: UpstreamsTools) {
  return new Watch(rules, clock.monotonicMicros(), (state, because) => {
    const well = state === "up" || state === "warming";
    log[well ? "info" : "warn"](
      { workspace, service, upstream: url, state, because },
      well ? "an upstream takes calls again" : "an upstream takes no calls",
    );
  });
}

type Checked = { watch: Watch; wanted: WantedUpstream; rules: UpstreamRules; prefix: string };

function startChecks({ watch, wanted, rules, prefix }: Checked, tools: UpstreamsTools): Cancel {
  const { health } = rules;
  if (!health) return () => undefined;
  const { clock, connections, transport } = tools;
  const url = new URL(wanted.url);
  const tell = (error: string | undefined) => watch.checked(clock.monotonicMicros(), error);
  if (health.get === undefined)
    return startChecking(
      tcpAsk(() => connections.reach(url.origin, health.timeout)),
      health.every,
      clock,
      tell,
    );
  // Connections of their own: checks must not wait behind the calls that they are about.
  const options = { connect_ms: health.timeout, protocol: wanted.protocol, ...secured(rules, "health ") };
  const opened = transport.open(connections, wanted.workspace, url, options);
  const stop = startChecking(httpAsk(opened.origin, prefix, health, clock), health.every, clock, tell);
  return () => {
    stop();
    releasePool(opened, tools);
  };
}

function reportOf({ wanted, opened, watch, places }: Entry, { clock, connections }: UpstreamsTools): UpstreamReport[] {
  const now_us = clock.monotonicMicros();
  const { workspace, service, url } = wanted;
  const what = {
    state: watch?.state(now_us) ?? ("unwatched" as const),
    since: watch ? Math.round(clock.now() - (now_us - watch.changedUs(now_us)) / 1000) : null,
    last_error: watch?.last_error ?? null,
    open_connections: connections.open(opened.pool),
    running: watch?.running ?? null,
    calls: watch?.calls ?? null,
    failures: watch?.failures ?? null,
  };
  return [...places.values()].map(({ release }) => ({ workspace, service, release, url, ...what }));
}
