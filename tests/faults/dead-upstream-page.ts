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
  LIVE_PER_SECOND,
  OTHER_PER_SECOND,
  RATIO_MAX,
  ROUND,
  SILENCE_MS,
  type Table,
  WARM_UP,
  WORK_MS,
} from "./dead-upstream-method.ts";
import { CALM_SHARE } from "./tails.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/dead-upstream.md", import.meta.url));

/** In Markdown. */
export function rowOf({ side, what, before_p99_ms, after_p99_ms, ratio, from, to, ratio_of_all }: Found): string {
  const times = [before_p99_ms, after_p99_ms].map((ms) => `${ms.toFixed(2)} ms`);
  const range = `${from.toFixed(2)} to ${to.toFixed(2)}`;
  return `| ${[side, what, ...times, ratio.toFixed(2), range, ratio_of_all.toFixed(2)].join(" | ")} |`;
}

function tableOf(all: readonly Found[], table: Table): string {
  const rows = all.filter((found) => found.table === table).map(rowOf);
  return `| | the other upstream | live route's p99, other alive | other dead | ratio | 95 % | of all rounds |
|---|---|---:|---:|---:|---:|---:|
${rows.join("\n")}
`;
}

function tooMuchOf(found: readonly Found[]): string {
  const ratios = found
    .filter(isTooMuch)
    .map(({ ratio, from, to }) => `${ratio.toFixed(2)} (${from.toFixed(2)} to ${to.toFixed(2)})`);
  if (ratios.length === 0) return "";
  return ` **${ratios.length} of the rows below ${ratios.length === 1 ? "is" : "are"} past the limit: ${ratios.join(", ")}.**`;
}

/** Sections of the page by their headings. */
type Sections = Record<"goes on" | "first minute", string>;
const HEADINGS = { "goes on": "An outage that goes on", "first minute": "The first minute of an outage" } as const;

/** Each section says it for itself: the other may be from another day and machine. */
function whenAndWhere(): string {
  return `${new Date().toISOString().slice(0, 10)}, ${machine()}; nginx ${nginxVersion()}.`;
}

function goesOn(found: readonly Found[], cycles: Cycles): string {
  return `${whenAndWhere()} Each kind of dead upstream has been called for ${GOES_ON_SECONDS} s, and the other route is called ${ROUND.lead_seconds} s before each round already, so that calls end in it as well as
begin. V8's helper threads, which compile, have the other core, behind all that runs there.${tooMuchOf(found)}

Services that work ${WORK_MS.at_work} ms for each answer, the other upstream alive and dead in each way in turn, ${cycles.at_work} rounds of ${ROUND.seconds} s of each kind:

${tableOf(found, "at_work")}
Services that answer at once, the same in ${cycles.at_once} rounds:

${tableOf(found, "at_once")}`;
}

function firstMinutes(found: readonly Found[], cycles: Cycles): string {
  return `${whenAndWhere()} The ${FIRST_SECONDS} s before the first call that a gateway leaves unanswered, and the ${FIRST_SECONDS} s from it on, in rounds of ${FIRST_ROUND_SECONDS} s: ${cycles.first} gateways for each row in
turn, each started for this and stopped after it.${tooMuchOf(found)}

Services that work ${WORK_MS.at_work} ms for each answer:

${tableOf(found, "first_at_work")}
Services that answer at once ([decision 008](../decisions/008-what-trouble-costs-others.md) says where it comes from):

${tableOf(found, "first_at_once")}`;
}

/** Says what was measured now, and of what was not what it said already. */
export async function writePage(found: readonly Found[], cycles: Cycles): Promise<void> {
  await writeFile(PAGE, report(await sectionsOf(found, cycles)));
}

async function sectionsOf(found: readonly Found[], cycles: Cycles): Promise<Sections> {
  const page = await readFile(PAGE, "utf8");
  const kept = (name: keyof Sections): string => page.split(`## ${HEADINGS[name]}\n\n`)[1]?.split("\n## ")[0] ?? "";
  return {
    "goes on":
      cycles.at_work * cycles.at_once > 0
        ? goesOn(
            found.filter(({ table }) => table in WORK_MS),
            cycles,
          )
        : kept("goes on"),
    "first minute":
      cycles.first > 0
        ? firstMinutes(
            found.filter(({ table }) => !(table in WORK_MS)),
            cycles,
          )
        : kept("first minute"),
  };
}

function report(sections: Sections): string {
  return `# A dead upstream beside a live one

\`npm run proof:dead-upstream\`. ${LIVE_PER_SECOND} calls a second over one route and ${OTHER_PER_SECOND} over another of the
same gateway, each when chance has it. The gateway (one worker) is pinned to core 0, load and services to core 1; each table has gateways of its own. A call waits for its answer for
${SILENCE_MS / 1000} s. Before anything is measured both routes, with living upstreams, are called for ${WARM_UP.seconds} s each as fast as they answer. The 99th percentile of the live route
must not grow by more than ${Math.round((RATIO_MAX - 1) * 100)} %.

## ${HEADINGS["goes on"]}

${sections["goes on"]}
## ${HEADINGS["first minute"]}

${sections["first minute"]}
## How it is counted

The ratios judged are of all calls of the calmer ${CALM_SHARE * 100} % of the rounds of each kind, because the machine has bursts of other work; a burst
that the dead upstream made in fewer of them would be left out as well, so the last column leaves out none. Beside it is where 95 % of the ratios lie that come of
pairs drawn by lot from those measured, a pair being two rounds of one turn, or two minutes of one gateway: what lies within it is not told apart. Where the gateway
answers by itself nothing is dead. A call to an upstream that never answers needs a connection of its own, which over loopback costs the opening side's core what both
sides' systems do for it; with a breaker only its probes do.
`;
}
