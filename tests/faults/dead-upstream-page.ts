// docs/measurements/dead-upstream.md: what the proof found, section by section.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { nginxVersion } from "../../bench/nginx.ts";
import { machine } from "../load/places.ts";
import {
  type Cycles,
  FIRST_ROUND_SECONDS,
  FIRST_SECONDS,
  type Found,
  GOES_ON_SECONDS,
  isTooMuch,
  judgedOf,
  LIVE_PER_SECOND,
  OTHER_PER_SECOND,
  RATIO_MAX,
  ROUND,
  SETTLE_SECONDS,
  SILENCE_MS,
  type Table,
  WARM_UP,
  WORK_MS,
} from "./dead-upstream-method.ts";
import { type Beyond, CALM_SHARE } from "./tails.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/dead-upstream.md", import.meta.url));

/** In Markdown. */
export function rowOf(found: Found): string {
  const { side, table, what, before_p99_ms, after_p99_ms, ratio_of_all, beyond } = found;
  const times = [before_p99_ms, after_p99_ms].map((ms) => `${ms.toFixed(2)} ms`);
  const further = table in WORK_MS ? [] : [beyond ? ranged(beyond) : ""];
  return `| ${[side, what, ...times, ranged(found), ...further, ratio_of_all.toFixed(2)].join(" | ")} |`;
}

function ranged({ ratio, from, to }: Beyond): string {
  return `${ratio.toFixed(2)} (${from.toFixed(2)} to ${to.toFixed(2)})`;
}

function tableOf(found: readonly Found[], table: Table): string {
  const goes_on = table in WORK_MS;
  const times = goes_on
    ? ["live route's p99, other alive", "other dead"]
    : ["live route's p99, the minute before", "first minute"];
  const columns = [...times, "ratio (95 %)", ...(goes_on ? [] : ["beyond nothing dead (95 %)"]), "of all rounds"];
  return `| | the other upstream | ${columns.join(" | ")} |
|---|---|${"---:|".repeat(columns.length)}
${found.map(rowOf).join("\n")}
`;
}

function tooMuchOf(found: readonly Found[]): string {
  const ratios = found.filter(isTooMuch).map((each) => ranged(judgedOf(each)));
  if (ratios.length === 0) return "";
  return ` **${ratios.length} of the rows below ${ratios.length === 1 ? "is" : "are"} past the limit: ${ratios.join(", ")}.**`;
}

const HEADINGS: Record<Table, string> = {
  at_work: `An outage that goes on, beside services that work ${WORK_MS.at_work} ms for each answer`,
  at_once: "An outage that goes on, beside services that answer at once",
  first_at_work: `The first minute of an outage, beside services that work ${WORK_MS.at_work} ms for each answer`,
  first_at_once: "The first minute of an outage, beside services that answer at once",
};

/** Each section says it for itself: another may be from another day and machine. */
function sectionOf(found: readonly Found[], table: Table, times: number): string {
  const when_and_where = `${new Date().toISOString().slice(0, 10)}, ${machine()}; nginx ${nginxVersion()}.`;
  const how = table in WORK_MS ? goesOn(times) : firstMinutes(times);
  return `${when_and_where} ${how}${tooMuchOf(found)}

${tableOf(found, table)}`;
}

function goesOn(rounds: number): string {
  return `The other upstream was alive and dead in each way in turn, in ${rounds} rounds of ${ROUND.seconds} s of each
kind, after each kind of dead one had been called for ${GOES_ON_SECONDS} s. The other route is called ${ROUND.lead_seconds} s before each round already, so that calls end in it
as well as begin. V8's helper threads, which compile, have the other core, behind all that runs there.`;
}

function firstMinutes(gateways: number): string {
  return `The ${FIRST_SECONDS} s of calls before the first that a gateway leaves unanswered, and the ${FIRST_SECONDS} s from it on. One gateway for each row
is started, and they are called in turn, ${FIRST_ROUND_SECONDS} s each, for ${SETTLE_SECONDS} s and then for both minutes; then they are stopped, and others started: ${gateways} times. Where nothing is dead the other route
goes on as before. [Decision 008](../decisions/008-what-trouble-costs-others.md) says what happens in it.`;
}

/** Says what was measured now, and of what was not what it said already. */
export async function writePage(found: readonly Found[], cycles: Cycles): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const sections = (Object.keys(HEADINGS) as Table[]).map((table) => {
    const heading = `## ${HEADINGS[table]}\n\n`;
    const of_table = found.filter((each) => each.table === table);
    const kept = page.split(heading)[1]?.split("\n## ")[0];
    return `${heading}${cycles[table] > 0 ? sectionOf(of_table, table, cycles[table]) : (kept ?? "Not measured.\n")}`;
  });
  await writeFile(PAGE, report(sections));
}

function report(sections: readonly string[]): string {
  return `# A dead upstream beside a live one

\`npm run proof:dead-upstream\`. ${LIVE_PER_SECOND} calls a second over one route and ${OTHER_PER_SECOND} over another of the
same gateway, each when chance has it. The gateway (one worker) is pinned to core 0, load and services to core 1; each table has gateways of its own. A call waits for its answer for
${SILENCE_MS / 1000} s. Before anything is measured both routes, with living upstreams, are called for ${WARM_UP.seconds} s each as fast as they answer. The 99th percentile of the live route
must not grow by more than ${Math.round((RATIO_MAX - 1) * 100)} %.

${sections.join("\n")}
## How it is counted

The ratios judged are of all calls of the calmer ${CALM_SHARE * 100} % of the rounds of each kind, because the machine has bursts of other work; a burst
that the dead upstream made in fewer of them would be left out as well, so the last column leaves out none. In brackets is where 95 % of the ratios lie that come of
pairs drawn by lot from those measured, a pair being two rounds of one turn, or two minutes of one gateway: what lies within it is not told apart. Where the gateway
answers by itself nothing is dead. One minute is not the other even where nothing is dead, so an outage's first is judged by how much more a gateway's p99 grew
than that of the gateway called in turn with it that had none: the geometric mean of those ratios. A call to an upstream that never answers needs a connection of its own, which over loopback costs the opening side's core what both
sides' systems do for it; with a breaker only its probes do.
`;
}
