// Figures about upstreams for Prometheus: sums over the gateway workers, and the worst state that one of them sees.
import type { Upstream } from "@holdfast/contract";
import { Counter, Gauge, type Registry } from "prom-client";
import type { Services } from "../services.ts";
import { mergeReports } from "../views/model/merge-reports.ts";

type Labels = { workspace: string; service: string; release: string; upstream: string };
type Row = { labels: Labels; upstream: Upstream };

const NAMES = ["workspace", "service", "release", "upstream"] as const;

/** The two totals begin anew with a gateway worker. */
export function addUpstreams(registry: Registry, { gateway }: Services): void {
  const from = { rows: oneLook(gateway), registers: [registry] };
  addStates(from);
  for (const figure of GAUGES) addGauge(figure, from);
  for (const figure of COUNTERS) addCounter(figure, from);
}

type From = { rows: () => Promise<Row[]>; registers: Registry[] };

function addStates({ rows, registers }: From): void {
  new Gauge({
    name: "holdfast_upstream_state",
    help: "1 for the state that an upstream is in: up, warming, half-open, open, ejected, down or unwatched",
    labelNames: [...NAMES, "state"],
    registers,
    async collect() {
      this.reset();
      for (const { labels, upstream } of await rows()) this.set({ ...labels, state: upstream.state }, 1);
    },
  });
}

function addGauge({ name, help, read }: Figure, { rows, registers }: From): void {
  new Gauge({
    name,
    help,
    labelNames: NAMES,
    registers,
    async collect() {
      this.reset();
      for (const { labels, upstream } of await rows()) setIfKnown(read(upstream), (value) => this.set(labels, value));
    },
  });
}

function addCounter({ name, help, read }: Figure, { rows, registers }: From): void {
  new Counter({
    name,
    help,
    labelNames: NAMES,
    registers,
    async collect() {
      this.reset();
      for (const { labels, upstream } of await rows()) setIfKnown(read(upstream), (value) => this.inc(labels, value));
    },
  });
}

/** Of an upstream that nobody watches nothing is said: 0 would be a lie. */
function setIfKnown(value: number | null, set: (value: number) => void): void {
  if (value !== null) set(value);
}

type Figure = { name: string; help: string; read: (upstream: Upstream) => number | null };

const GAUGES: readonly Figure[] = [
  {
    name: "holdfast_upstream_connections",
    help: "Connections to an upstream, open or being opened",
    read: ({ open_connections }) => open_connections,
  },
  { name: "holdfast_upstream_running", help: "Calls under way at an upstream", read: ({ running }) => running },
];

const COUNTERS: readonly Figure[] = [
  { name: "holdfast_upstream_calls_total", help: "Calls sent to an upstream", read: ({ calls }) => calls },
  {
    name: "holdfast_upstream_failures_total",
    help: "Calls that an upstream failed",
    read: ({ failures }) => failures,
  },
];

/** All figures of one scrape come from one question to the workers. */
function oneLook(gateway: Services["gateway"]): () => Promise<Row[]> {
  let looking: Promise<Row[]> | undefined;
  return () => {
    looking ??= readRows(gateway).finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

async function readRows(gateway: Services["gateway"]): Promise<Row[]> {
  const reports = await gateway.upstreams();
  const workspaces = new Set(reports.flatMap((worker) => worker.map(({ workspace }) => workspace)));
  return [...workspaces].flatMap((workspace) =>
    mergeReports(reports.map((worker) => worker.filter((report) => report.workspace === workspace))).map(
      (upstream) => ({
        labels: { workspace, service: upstream.service, release: upstream.release, upstream: upstream.url },
        upstream,
      }),
    ),
  );
}
