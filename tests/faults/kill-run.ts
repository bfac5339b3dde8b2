// One round of the worst case: people write, callers call, and the process is killed without warning. Then it is started again
// and asked for everything that it had acknowledged. Used by a test (a few rounds) and by the proof (many).
import type { CallRecord, Page, SettingsView } from "@holdfast/contract";
import type { SmallServer } from "../../apps/holdfast/demo/http-server.ts";
import { eventually } from "../process/eventually.ts";
import { type HoldfastProcess, startHoldfastProcess } from "../process/holdfast.ts";
import { firstAdmin, type Member, signedIn } from "../process/team.ts";

const KEY = "hf_kill_0123456789abcdef";
/** A record is on disk within about 100 ms of its answer; this long after, it must be there whatever happens. */
const SPOOLED_AFTER_MS = 500;

type Acknowledged = {
  feedback: { id: string; token: string }[];
  issues: string[];
  settings: { version: number; mark: string }[];
  calls: { request_id: string; at: number }[];
};

export type Round = {
  wrote: { feedback: number; issues: number; settings: number; calls: number };
  lost: { feedback: number; issues: number; settings: number; calls: number };
  killed_after_ms: number;
  /** Start before the round, after a clean stop; and start after the kill. */
  started_ms: number;
  ready_ms: number;
};

export type Stage = { data_dir: string; upstream: SmallServer; is_first: boolean };

/** Writes for `write_ms`, kills with SIGKILL, starts again, compares. Leaves nothing running. */
export async function killRound(stage: Stage, write_ms: number): Promise<Round> {
  const before = await startHoldfastProcess({ data_dir: stage.data_dir, cwd: stage.data_dir });
  const ada = stage.is_first ? await firstAdmin(before) : await signedIn(before);
  await ada.in("PUT", "/settings", { text: settingsText(stage.upstream, "begin") });
  const acknowledged: Acknowledged = { feedback: [], issues: [], settings: [], calls: [] };
  const writers = write({ holdfast: before, ada, stage }, acknowledged);
  await new Promise((resolve) => setTimeout(resolve, write_ms));
  const killed_at = performance.now();
  await before.stop("SIGKILL");
  await writers.stopped();

  const after = await startHoldfastProcess({ data_dir: stage.data_dir, cwd: stage.data_dir });
  try {
    const lost = await compare(after, await signedIn(after), acknowledged, killed_at - SPOOLED_AFTER_MS);
    const { feedback, issues, settings, calls } = acknowledged;
    const wrote = { feedback: feedback.length, issues: issues.length, settings: settings.length, calls: calls.length };
    const [started_ms, ready_ms] = [Math.round(before.ready_ms), Math.round(after.ready_ms)];
    return { wrote, lost, killed_after_ms: write_ms, started_ms, ready_ms };
  } finally {
    await after.stop();
  }
}

type Scene = { holdfast: HoldfastProcess; ada: Member; stage: Stage };

/** Four writers side by side, each as fast as it is answered, until the door closes. Only what was answered counts. */
function write({ holdfast, ada, stage }: Scene, acknowledged: Acknowledged): { stopped(): Promise<void> } {
  const repeat = async (step: (count: number) => Promise<void>): Promise<void> => {
    try {
      for (let count = 0; ; count++) await step(count);
    } catch {
      // The process was killed in the middle of an answer: that is the experiment.
    }
  };
  const running = [
    repeat(async (count) => {
      // The intake takes 30 a minute of one address.
      if (count >= 25) await new Promise(() => undefined);
      const response = await fetch(`${holdfast.public}/api/feedback`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: "https://shop.example.com" },
        body: JSON.stringify({ site: "shop", message: `Number ${count}` }),
      });
      if (response.status === 201) acknowledged.feedback.push((await response.json()) as { id: string; token: string });
    }),
    repeat(async (count) => {
      const issue = await ada.in<{ id: string }>("POST", "/issues", { title: `Issue ${count}` });
      acknowledged.issues.push(issue.id);
    }),
    repeat(async (count) => {
      const mark = `round ${count} of ${holdfast.pid}`;
      const view = await ada.in<SettingsView>("PUT", "/settings", { text: settingsText(stage.upstream, mark) });
      acknowledged.settings.push({ version: view.version, mark });
    }),
    repeat(async () => {
      const response = await fetch(`${holdfast.gateway}/orders/1`, { headers: { "x-api-key": KEY } });
      await response.arrayBuffer();
      const request_id = response.headers.get("x-request-id");
      if (request_id) acknowledged.calls.push({ request_id, at: performance.now() });
    }),
  ];
  // A writer that waits for ever (the intake is full) must not be waited for.
  return { stopped: async () => void (await Promise.race([Promise.all(running), pause(1_000)])) };
}

async function compare(
  holdfast: HoldfastProcess,
  ada: Member,
  { feedback, issues, settings, calls }: Acknowledged,
  spooled_before: number,
): Promise<Round["lost"]> {
  const lost = { feedback: 0, issues: 0, settings: 0, calls: 0 };
  for (const { id, token } of feedback)
    if (!(await fetch(`${holdfast.public}/api/feedback/${id}?token=${token}`)).ok) lost.feedback += 1;
  for (const id of issues)
    if ((await ada.call("GET", `/workspaces/default/issues/${id}`)).status !== 200) lost.issues += 1;
  const newest = settings.at(-1);
  if (newest) {
    const view = await ada.in<SettingsView>("GET", "/settings");
    // One that was written but not yet answered may be newer.
    const is_kept = view.version > newest.version || view.text.includes(newest.mark);
    if (view.version < newest.version || !is_kept) lost.settings += 1;
  }
  const due = calls.filter(({ at }) => at < spooled_before);
  lost.calls = await missingCalls(ada, new Set(due.map(({ request_id }) => request_id)));
  return lost;
}

/** How many of these calls the store does not know after everything in the spool was taken in. */
async function missingCalls(ada: Member, wanted: Set<string>): Promise<number> {
  let missing = wanted.size;
  await eventually("all spooled calls in the store", async () => {
    const known = new Set<string>();
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Page<CallRecord> = await ada.in("GET", `/calls?limit=200${cursor ? `&cursor=${cursor}` : ""}`);
      for (const { request_id } of page.items) known.add(request_id);
      cursor = page.next;
    }
    missing = [...wanted].filter((id) => !known.has(id)).length;
    return missing === 0;
  }).catch(() => undefined);
  return missing;
}

function settingsText(upstream: SmallServer, mark: string): string {
  return `# ${mark}
holdfast: 1
allow_literal_secrets: true
services: { orders: { owner: "${mark}", releases: { v1: { upstreams: [http://127.0.0.1:${upstream.port}] } } } }
routes: { orders: { match: { path: /orders/** }, to: orders, access: api-key } }
consumers: { web: { keys: [${KEY}] } }
sites: { shop: { origins: [https://shop.example.com] } }
`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
