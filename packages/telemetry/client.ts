// The main thread's side of telemetry: asks the child process that has the store of calls, and keeps that process alive.
import { type Clock, type Instant, LIMITS, type Log, type WorkspaceName } from "@holdfast/base";
import type { CallStore } from "@holdfast/contract";
import type { ExporterStatus } from "./otlp/exporter.ts";
import { createAsks } from "./process/asks.ts";
import type { ChildOptions } from "./process/messages.ts";
import { supervise } from "./process/supervisor.ts";
import type { ShipperStatus } from "./ship/shipper.ts";

/** Counts and bytes as the child last told them; zero before it has. */
export type TelemetryStatus = Omit<ShipperStatus, "behind_since"> & {
  /** The store answers and takes records. */
  ready: boolean;
  /** Since when records are on disk that cannot be queried yet, in milliseconds; about, and 0 when there are none. */
  lag_ms: number;
  /** Records that nobody will ever see: deleted unshipped, or unreadable. Writers count what they dropped before the spool. */
  dropped: number;
  restarts: number;
  pid: number | undefined;
  /** Undefined where none are exported. */
  spans: ExporterStatus | undefined;
};

export type Telemetry = CallStore & {
  /** Resolves when everything that was in the spool at the time of the call is queryable. */
  flush(): Promise<void>;
  status(): TelemetryStatus;
  /** Brings the rest of the spool into the store and ends the child. */
  close(): Promise<void>;
};

export type TelemetryOptions = ChildOptions & {
  clock: Clock;
  log: Log;
  /** Workspaces that have new calls, a few times a second at most. */
  on_rows: (workspaces: WorkspaceName[]) => void;
};

/** Resolves when the store answers, or after a while without: calls do not wait for their statistics. */
export async function startTelemetry({ clock, log, on_rows, ...options }: TelemetryOptions): Promise<Telemetry> {
  const started = Promise.withResolvers<void>();
  let told: Told = { status: NOTHING_TOLD };
  let down_since: Instant | null = clock.now();

  const child = supervise({
    options,
    clock,
    log,
    on_ready() {
      down_since = null;
      asks.up();
      started.resolve();
    },
    on_exit() {
      down_since ??= clock.now();
      asks.down();
    },
    on_message(message) {
      if (message.kind === "answer") asks.answered(message);
      else if (message.kind === "rows") on_rows(message.workspaces);
      else if (message.kind === "status") told = message;
      else log[message.level](message.fields, message.message);
    },
  });
  const asks = createAsks({ clock, send: child.send, hopeful: child.hopeful });

  const cancel = clock.after(LIMITS.telemetry_answer_ms, () => {
    log.error({}, "the store of calls does not open; calls are served and wait in the spool");
    started.resolve();
  });
  await started.promise;
  cancel();

  return {
    call: (...args) => asks.ask("call", args),
    calls: (...args) => asks.ask("calls", args),
    measures: (...args) => asks.ask("measures", args),
    shadows: (...args) => asks.ask("shadows", args),
    callers: (...args) => asks.ask("callers", args),
    flush: () => asks.ask("flush", []),
    status: () =>
      statusOf(told, { ready: child.ready(), restarts: child.restarts(), pid: child.pid() }, down_since, clock),
    async close() {
      await child.close();
      asks.close();
    },
  };
}

/** As the child told it last. */
type Told = { status: ShipperStatus; spans?: ExporterStatus | undefined };

const NOTHING_TOLD: ShipperStatus = {
  records: 0,
  unreadable: 0,
  torn_bytes: 0,
  lag_bytes: 0,
  behind_since: null,
  refused: false,
  lost: 0,
  spool_bytes: 0,
};

function statusOf(
  told: Told,
  child: Pick<TelemetryStatus, "ready" | "restarts" | "pid">,
  down_since: Instant | null,
  clock: Clock,
): TelemetryStatus {
  const { behind_since, ...counts } = told.status;
  const since = behind_since ?? down_since;
  const lag_ms = since === null ? 0 : clock.now() - since;
  return {
    ...counts,
    ...child,
    ready: child.ready && !counts.refused,
    lag_ms,
    dropped: counts.lost + counts.unreadable,
    spans: told.spans,
  };
}
