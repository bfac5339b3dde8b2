// The telemetry child process: has the store of calls, ships the spool into it and answers questions about it. A crash here
// never touches a call; whatever it had not finished is in the spool.
import { type Log, Problem, systemClock, type WorkspaceName } from "@holdfast/base";
import { createCallStore } from "./call-store.ts";
import type { Exporter } from "./otlp/exporter.ts";
import type { Ask, ChildMethods, ChildOptions, ExportOptions, FromChild, ToChild } from "./process/messages.ts";
import { type Shipper, startShipper } from "./ship/shipper.ts";
import type { TelemetryStore } from "./store.ts";
import { openDuckDbStore } from "./stores/duckdb/store.ts";

/** How often, at most, new rows and the status are told. */
const TELL_EVERY_MS = 250;

/** After such an error DuckDB refuses everything until its file is opened again. */
const FATAL = /database has been invalidated|fatal error/i;

async function main(options: ChildOptions): Promise<void> {
  const log = logToParent();
  const rows = tellRows();
  const store = await openDuckDbStore({ dir: options.dir, clock: systemClock, log });
  const exporter = options.otlp && (await openExporter(options.otlp, log));
  const shipper = await startShipper({
    dir: options.spool_dir,
    store,
    clock: systemClock,
    log,
    on_rows: rows.add,
    on_stored: (records) => exporter?.offer(records),
    on_failure(error) {
      log.error({ error: String(error) }, "the store of calls refuses records; they wait in the spool");
      if (FATAL.test(String(error))) process.exit(1);
    },
  });
  const methods: ChildMethods = { ...createCallStore(store), flush: shipper.flush };
  process.on("message", (message: ToChild) => {
    if (message.kind === "close") void close({ shipper, store, exporter });
    else if (message.kind !== "begin") void answer(methods, message, log);
  });
  // The parent may have gone before anybody listened for it.
  if (!process.connected) process.exit(0);
  tell({ kind: "ready" });
  systemClock.every(TELL_EVERY_MS, () => tellStatus(shipper, exporter));
}

let last_status = "";

function tellStatus(shipper: Shipper, exporter: Exporter | undefined): void {
  const message: FromChild = { kind: "status", status: shipper.status(), spans: exporter?.status() };
  const text = JSON.stringify(message);
  if (text !== last_status) tell(message);
  last_status = text;
}

/** Loaded only where it is used: it brings a whole HTTP client along. */
async function openExporter({ version, ...collector }: ExportOptions, log: Log): Promise<Exporter> {
  const { openCollector } = await import("./otlp/collector.ts");
  const { Exporter } = await import("./otlp/exporter.ts");
  const clock = systemClock;
  return new Exporter({ collector: openCollector(collector, clock), version, clock, log, random: Math.random });
}

async function answer(methods: ChildMethods, { id, method, args }: Ask, log: Log): Promise<void> {
  try {
    const value: unknown = await (methods[method] as (...all: unknown[]) => Promise<unknown>)(...args);
    tell({ kind: "answer", id, ok: true, value });
  } catch (error) {
    if (!(error instanceof Problem)) log.error({ method, error: String(error) }, "a question about calls failed");
    const problem = error instanceof Problem ? error : new Problem("telemetry_unavailable");
    tell({ kind: "answer", id, ok: false, problem: { code: problem.code, details: problem.details } });
  }
}

type Parts = { shipper: Shipper; store: TelemetryStore; exporter: Exporter | undefined };

async function close({ shipper, store, exporter }: Parts): Promise<void> {
  await shipper.stop();
  await Promise.all([store.close(), exporter?.close()]);
  process.exit(0);
}

/** Gathers workspaces and tells them in one message: the first at once, later ones together. */
function tellRows(): { add(workspaces: Set<WorkspaceName>): void } {
  const gathered = new Set<WorkspaceName>();
  let quiet = true;
  function flush(): void {
    quiet = gathered.size === 0;
    if (quiet) return;
    tell({ kind: "rows", workspaces: [...gathered] });
    gathered.clear();
    systemClock.after(TELL_EVERY_MS, flush);
  }
  return {
    add(workspaces) {
      for (const workspace of workspaces) gathered.add(workspace);
      if (quiet) flush();
    },
  };
}

function logToParent(): Log {
  const say =
    (level: keyof Log): Log[keyof Log] =>
    (fields, message) =>
      tell({ kind: "log", level, fields, message });
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

function tell(message: FromChild): void {
  // When the parent is gone there is nobody to tell, and `disconnect` ends this process.
  process.send?.(message, undefined, undefined, () => undefined);
}

// A terminal's Ctrl-C and a service manager's stop reach the whole group. The parent lets calls end first and then says when.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("SIGHUP", () => undefined);
process.on("disconnect", () => process.exit(0));

process.once("message", (message: ToChild) => {
  if (message.kind !== "begin") throw new Error("the telemetry process is told first what to begin with");
  main(message.options).catch((error: unknown) => {
    process.stderr.write(`telemetry: ${String(error)}\n`);
    process.exit(1);
  });
});
