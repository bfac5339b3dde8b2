// The page that a soak writes.
import { machine } from "../places.ts";
import { medianOf, quartersOf } from "./figures.ts";
import { bytesOfPages } from "./pages.ts";
import { CACHE_MIB, CONSUMERS } from "./settings.ts";
import { type Judged, judge, type Soak, slopes } from "./verdict.ts";
import type { Look } from "./watch.ts";

export function report(soak: Soak): string {
  const { tally, minutes, reloads, looks, compared, counted } = soak;
  const slope = slopes(looks);
  const times = bytesOfPages() / (CACHE_MIB * 1024 ** 2);
  const made = compared.reduce((sum, one) => sum + one.made, 0);
  return `# ${minutes} minutes of everything at once

\`npm run proof:soak\`, ${new Date().toISOString().slice(0, 10)}. ${machine()}. The whole product as one process with two gateway threads, in front of real
services, clients and a provider of models, all of which run in the proof's process beside it. Together the clients make
${(made / minutes / 60).toFixed(0)} calls a second over HTTP/1.1; ${CONSUMERS} consumers have keys; the cached route may keep ${CACHE_MIB} MiB and is asked for
${times.toFixed(0)} times as much; the settings file was rewritten ${reloads.applied + reloads.refused} times (${reloads.applied} applied, ${reloads.refused} broken and refused).

What each kind of call must be answered with is known beforehand, bodies included; anything else has failed. Of slow clients the time is
known too: the end may come two seconds late, because who decides looks once a second, and never early.

| | found | wanted | |
|---|---:|---:|---|
${judge(soak).map(judgedRow).join("\n")}

## Memory, descriptors, threads

Looked at every five seconds in \`/proc\`, MB of a million bytes; medians of each quarter, and the most. The store of calls is a child
process of its own with a limit of its own (\`LIMITS.telemetry_memory_bytes_max\`, 512 MiB, for DuckDB's buffers).

| | memory | most | cores used | descriptors | threads | store of calls | most | descriptors |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
${quarterRows(soak)}

Over the last three quarters the straight line nearest to the memory of the process (least squares) rises by ${slope.process.toFixed(0)} MB an hour; to that of
the store of calls by ${slope.store.toFixed(0)} MB an hour.

## Calls

| kind | calls | failed |
|---|---:|---:|
${[...tally.kinds].map(([name, { calls, failed }]) => `| ${name} | ${said(calls)} | ${failed} |`).join("\n")}
${failures(soak)}
The cache, by what it did for the calls of its route: ${uses(counted.cache)}.

## Records

Every request whose head was read has a record, and so has every head that was refused; a connection on which nothing was said has
none. When the load had ended and every client had its answer or had left, nothing was on its way any more, so the numbers must be equal to the
call, and they are compared for each route by itself. Counted are: callers of each route, the model's calls in the tide, and the lists of
what no route matched and of routes that are gone, read to their end. ${counted.dropped} records were dropped, ${counted.shed} calls shed.

The gateway threads count by themselves (\`holdfast_requests_total\` of \`/metrics\`), WebSockets and refused heads too.

| | made | on record |
|---|---:|---:|
${recordRows(soak)}
`;
}

function uses(cache: Record<string, number>): string {
  return Object.entries(cache)
    .filter(([, calls]) => calls > 0)
    .map(([use, calls]) => `${use} ${said(calls)}`)
    .join(", ");
}

function said(count: number): string {
  return count.toLocaleString("en");
}

function judgedRow({ what, found, wanted, holds }: Judged): string {
  return `| ${what} | ${found} | ${wanted} | ${holds ? "holds" : "**does not hold**"} |`;
}

function quarterRows({ looks, before, after }: Soak): string {
  const rows = quartersOf(looks).map((quarter, index) => quarterRow(`quarter ${index + 1}`, quarter));
  return [single("before", before), ...rows, single("10 s after", after)].join("\n");
}

function quarterRow(name: string, looks: readonly Look[]): string {
  const median = (of: (look: Look) => number): string => medianOf(looks.map(of)).toFixed(0);
  const most = (of: (look: Look) => number): string => Math.max(...looks.map(of)).toFixed(0);
  const [first, last] = [looks[0] as Look, looks.at(-1) as Look];
  const cells = [
    name,
    median((look) => look.memory_mb),
    most((look) => look.memory_mb),
    ((last.cpu_s - first.cpu_s) / (last.at_s - first.at_s)).toFixed(2),
    median((look) => look.descriptors),
    median((look) => look.threads),
    median((look) => look.store_mb),
    most((look) => look.store_mb),
    median((look) => look.store_descriptors),
  ];
  return `| ${cells.join(" | ")} |`;
}

function single(name: string, look: Look): string {
  const { memory_mb, descriptors, threads, store_mb, store_descriptors } = look;
  return `| ${name} | ${memory_mb.toFixed(0)} | | | ${descriptors} | ${threads} | ${store_mb.toFixed(0)} | | ${store_descriptors} |`;
}

function failures({ tally }: Soak): string {
  if (tally.reasons.size === 0) return "";
  return `
What failed:

${[...tally.reasons].map(([reason, count]) => `- ${reason} (${count})`).join("\n")}
`;
}

/** Routes that came and went stand together. */
function recordRows({ compared }: Soak): string {
  const names = Map.groupBy(compared, ({ place }) =>
    place === "" ? "no route" : place.startsWith("routes.extra-") ? "routes that came and went" : place,
  );
  const sum = (all: { made: number; recorded: number }[], which: "made" | "recorded"): string =>
    said(all.reduce((total, one) => total + one[which], 0));
  return [...names].map(([name, all]) => `| ${name} | ${sum(all, "made")} | ${sum(all, "recorded")} |`).join("\n");
}
