// Figures about calls for Prometheus, in its text format: prom-client cannot show a histogram that somebody else counted. Series
// are bounded by the gateway (LIMITS.figures_series_max); paths and consumers are in the records of calls, not here.
import {
  CACHE_USES,
  type CallFigures,
  DURATION_BUCKETS_S,
  type GatewayFigures,
  STATUS_CLASSES,
} from "@holdfast/contract";

type Labels = readonly (readonly [name: string, value: string])[];
type Row = { labels: Labels; value: number; suffix?: string };

export function gatewayMetrics({ calls, ...node }: GatewayFigures): string {
  const each: Each = (rows) => calls.flatMap((figures) => rows(figures, labelsOf(figures)));
  return [...traffic(each), ...failures(each), caching(each), ...nodeFigures(node)].join("");
}

/** Rows of every subject's release. */
type Each = (rows: (figures: CallFigures, labels: Labels) => Row[]) => Row[];

function traffic(each: Each): string[] {
  return [
    family("holdfast_requests_total", "counter", "Calls by status class", each(byStatus)),
    family(
      "holdfast_request_duration_seconds",
      "histogram",
      "Time from a call's head to the end of its answer",
      each(durations),
    ),
    family("holdfast_request_bytes_total", "counter", "Bytes of request bodies", each(bytes("request_bytes"))),
    family("holdfast_response_bytes_total", "counter", "Bytes of answers' bodies", each(bytes("response_bytes"))),
  ];
}

function failures(each: Each): string[] {
  return [
    family("holdfast_refusals_total", "counter", "Calls that a policy refused", each(named("refusals", "policy"))),
    family(
      "holdfast_upstream_errors_total",
      "counter",
      "Calls that ended because of their upstream, by what went wrong",
      each(named("upstream_errors", "error")),
    ),
  ];
}

function caching(each: Each): string {
  const help = "Calls on routes with a cache, by how it took part";
  return family("holdfast_cache_requests_total", "counter", help, each(byCache));
}

function nodeFigures({ running, shed, cache_bytes }: Omit<GatewayFigures, "calls">): string[] {
  return [
    family("holdfast_requests_shed_total", "counter", "Calls refused early because more came than could be served", [
      { labels: [], value: shed },
    ]),
    family("holdfast_requests_running", "gauge", "Calls under way", [{ labels: [], value: running }]),
    family("holdfast_cache_bytes", "gauge", "Memory that kept answers take", [{ labels: [], value: cache_bytes }]),
  ];
}

function labelsOf({ workspace, subject, release }: CallFigures): Labels {
  return [
    ["workspace", workspace],
    ["subject", subject],
    ["release", release],
  ];
}

function byStatus({ statuses }: CallFigures, labels: Labels): Row[] {
  return STATUS_CLASSES.map((status, index) => ({
    labels: [...labels, ["status", status]],
    value: statuses[index] ?? 0,
  }));
}

function byCache({ cache }: CallFigures, labels: Labels): Row[] {
  if (cache.every((count) => count === 0)) return [];
  return CACHE_USES.map((use, index) => ({ labels: [...labels, ["use", use]], value: cache[index] ?? 0 }));
}

function bytes(which: "request_bytes" | "response_bytes") {
  return (figures: CallFigures, labels: Labels): Row[] => [{ labels, value: figures[which] }];
}

function named(which: "refusals" | "upstream_errors", label: string) {
  return (figures: CallFigures, labels: Labels): Row[] =>
    Object.entries(figures[which]).map(([name, value]) => ({ labels: [...labels, [label, name]], value }));
}

/** Buckets of Prometheus count what is up to their end, those below included. */
function durations({ durations: counts, duration_sum_s }: CallFigures, labels: Labels): Row[] {
  let calls = 0;
  const rows = counts.map((count, index): Row => {
    calls += count;
    const end = DURATION_BUCKETS_S[index];
    return { labels: [...labels, ["le", end === undefined ? "+Inf" : String(end)]], value: calls, suffix: "_bucket" };
  });
  return [...rows, { labels, value: duration_sum_s, suffix: "_sum" }, { labels, value: calls, suffix: "_count" }];
}

function family(name: string, type: "counter" | "gauge" | "histogram", help: string, rows: Row[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map(({ labels, value, suffix = "" }) => `${name}${suffix}${shown(labels)} ${value}`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("\n")}\n`;
}

function shown(labels: Labels): string {
  if (labels.length === 0) return "";
  return `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
