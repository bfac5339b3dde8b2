// A small world for the domain's services: the real store in SQLite, time that is moved by hand, ids from a seed, and jobs
// that run when told to. Only the gateway and the store of calls are values here; tests/stories have the real ones.
import {
  type IdSource,
  idSource,
  Problem,
  referenceKey,
  type SimulatedClock,
  signReference,
  simulatedClock,
  type WorkspaceName,
} from "@holdfast/base";
import { createMailHandlers, type Message } from "@holdfast/comms";
import {
  type Actor,
  type CallRecord,
  type CallStore,
  FeedbackInput,
  isFailure,
  type Job,
  type Live,
} from "@holdfast/contract";
import type { FindingDraft } from "@holdfast/detection";
import { createFeedbackService, createIssueService, type FeedbackService, type IssueService } from "@holdfast/feedback";
import {
  createIncidentService,
  createPromotionService,
  type IncidentService,
  type PlanControl,
  type PromotionService,
} from "@holdfast/incidents";
import { createLaunchService, type LaunchService } from "@holdfast/launches";
import { openStore, type Store } from "@holdfast/storage";
import { afterEach } from "vitest";
import { planControl, type TestPlan, testPlan } from "./plan-control.ts";

export const ACME = "acme";
export const LENA: Actor = { kind: "person", id: "lena", name: "Lena" };
const MASTER_KEY = new Uint8Array(32).fill(7);
const LEASE_MS = 60_000;

export type World = {
  clock: SimulatedClock;
  store: Store;
  feedback: FeedbackService;
  issues: IssueService;
  incidents: IncidentService;
  promotions: PromotionService;
  launches: LaunchService;
  /** Records the calls that were made; one that is `late` is not in the store of calls until `arrive`. */
  call(fields?: Partial<CallRecord>): { id: string; reference: string };
  lateCall(fields?: Partial<CallRecord>): { id: string; reference: string; arrive(): void };
  /** Posts a feedback from the widget of the site "shop". */
  say(message: string, fields?: Partial<FeedbackInput>): ReturnType<FeedbackService["receive"]>;
  /** Runs every job that is due until none is. Returns their kinds. */
  work(): Promise<string[]>;
  sent: Message[];
  /** What consoles were told to read again: "issues", "findings", … */
  changes: string[];
  plan: TestPlan;
  plans: PlanControl;
  silence: { calls: boolean };
};

const worlds: Store[] = [];
afterEach(async () => {
  for (const store of worlds.splice(0)) await store.close();
});

export async function startWorld(url = "sqlite::memory:"): Promise<World> {
  const clock = simulatedClock();
  const ids = idSource(clock, seededBytes(1));
  const store = await openStore({ url, clock, ids });
  worlds.push(store);
  for (const name of [ACME, "other"]) {
    await store.directory(({ workspaces }) => workspaces.add({ name, created_at: clock.now() }));
  }
  const records = new Map<string, CallRecord>();
  const silence = { calls: false };
  const changes: string[] = [];
  const live: Live = { changed: (_, topic) => void changes.push(topic) };
  const plan = testPlan();
  const plans = planControl(store, plan);
  const transact: typeof store.transact = async (workspace, work) => {
    if (plan.is_dead && plan.dies_with) throw plan.dies_with;
    return await store.transact(workspace, work);
  };
  const tools = { transact, clock, ids, live, calls: callStore(records, silence) };
  const issues = createIssueService(tools);
  const feedback = createFeedbackService({ ...tools, reference_key: keyOf });
  const sent: Message[] = [];
  return {
    clock,
    store,
    feedback,
    issues,
    incidents: createIncidentService({ ...tools, issues, plans }),
    promotions: createPromotionService({ ...tools, plans }),
    launches: createLaunchService({ ...tools, criticals: issues.criticalSince }),
    ...callMaker(records, clock, ids),
    say: (message, fields) =>
      feedback.receive(ACME, FeedbackInput.parse({ site: "shop", message, ...fields }), { channel: "widget" }),
    work: worker(store, clock, feedback, sent),
    sent,
    changes,
    plan,
    plans,
    silence,
  };
}

function keyOf(workspace: WorkspaceName): Uint8Array {
  return referenceKey(MASTER_KEY, workspace);
}

function callStore(records: Map<string, CallRecord>, silence: { calls: boolean }): CallStore {
  return {
    call: async (workspace, id) => (records.get(id)?.workspace === workspace ? records.get(id) : undefined),
    calls: async () => ({ items: [...records.values()], next: null }),
    shadows: async () => ({ pairs: [], examples: [] }),
    callers: async () => ({ callers: [], more: false }),
    async measures(workspace, { from, until }) {
      if (silence.calls) throw new Problem("telemetry_unavailable");
      const within = [...records.values()].filter((call) => call.at >= from && call.at <= until);
      return within
        .filter((call) => call.workspace === workspace)
        .map((call) => ({
          subject: call.subject ?? "",
          release: call.release ?? "",
          at: from,
          calls: 1,
          errors: isFailure(call) ? 1 : 0,
          p50_us: null,
          p95_us: null,
          input_tokens: 0,
          output_tokens: 0,
          cost_nano_usd: 0,
        }));
    },
  };
}

function callMaker(
  records: Map<string, CallRecord>,
  clock: SimulatedClock,
  ids: IdSource,
): Pick<World, "call" | "lateCall"> {
  function lateCall(fields: Partial<CallRecord> = {}) {
    const record = { ...goodCall, id: ids(), at: clock.now(), ...fields };
    const reference = signReference(keyOf(record.workspace), record.id);
    return { id: record.id, reference, arrive: () => void records.set(record.id, record) };
  }
  return {
    lateCall,
    call(fields) {
      const { arrive, ...made } = lateCall(fields);
      arrive();
      return made;
    },
  };
}

/** What an upstream failure looks like in a record. */
export const FAILED: Partial<CallRecord> = {
  release: "v2",
  status: 502,
  upstream_status: 500,
  outcome: "upstream_error",
  error_origin: "upstream",
  refused_by: null,
  reason: null,
  protocol: "http/1.1",
  encrypted: false,
  attempts: 1,
  cache: null,
  shadow_of: null,
};

const goodCall: CallRecord = {
  version: 1,
  id: "",
  workspace: ACME,
  at: 0,
  duration_us: 1_200,
  node: "worker-1",
  plan: 1,
  method: "POST",
  host: "shop.example",
  path: "/orders/pay",
  query: null,
  subject: "routes.orders",
  route: "/orders/pay",
  release: "v1",
  upstream: "127.0.0.1:9001",
  consumer: "web-shop",
  client_address: null,
  user_agent: null,
  status: 200,
  upstream_status: 200,
  outcome: "ok",
  error_origin: null,
  request_bytes: 10,
  response_bytes: 10,
  request_id: "r",
  trace_id: "t",
  span_id: "s",
  parent_span_id: null,
  refused_by: null,
  reason: null,
  protocol: "http/1.1",
  encrypted: false,
  attempts: 1,
  cache: null,
  shadow_of: null,
  phases: {
    receive_us: 1,
    identify_us: 1,
    admit_us: 1,
    choose_us: 1,
    connect_us: 1,
    send_us: 1,
    wait_us: 1,
    reply_us: 1,
  },
  ai: null,
  capture: null,
};

function worker(store: Store, clock: SimulatedClock, feedback: FeedbackService, sent: Message[]): World["work"] {
  const mail = createMailHandlers({
    transact: store.transact,
    notifier: () => ({ send: async (message) => void sent.push(message), close: () => undefined }),
    replyTo: (_, site) => (site === "shop" ? "support@shop.example" : undefined),
  });
  async function run(job: Job): Promise<void> {
    if (job.kind === "report.tell") await mail["report.tell"](job);
    if (job.kind === "mail.send") await mail["mail.send"](job);
    if (job.kind !== "feedback.link") return await store.jobs.done(job.id);
    const result = await feedback.link(job.workspace, job.payload.feedback_id);
    if (result === "linked") await store.jobs.done(job.id);
    else await store.jobs.failed(job.id, "later", clock.now() + 1_000);
  }
  return async () => {
    const kinds: string[] = [];
    for (;;) {
      const jobs = await store.jobs.take(clock.now(), LEASE_MS, 100);
      if (jobs.length === 0) return kinds;
      for (const job of jobs) {
        kinds.push(job.kind);
        await run(job);
      }
    }
  };
}

/** mulberry32 (public domain, T. Ettinger): the same bytes each time. */
function seededBytes(seed: number): (into: Uint8Array) => void {
  let state = seed;
  return (into) => {
    for (let index = 0; index < into.length; index++) {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      into[index] = (mixed ^ (mixed >>> 14)) & 0xff;
    }
  };
}

/** What the detector says of v2 while it fails two calls of five. */
export function seenNow(clock: SimulatedClock, fields: Partial<FindingDraft> = {}): FindingDraft {
  return {
    detector: "error_ratio",
    subject: "routes.orders",
    release: "v2",
    baseline: "v1",
    window_from: clock.now() - 120_000,
    window_until: clock.now(),
    value: 0.41,
    baseline_value: 0.005,
    calls: 100,
    errors: 41,
    baseline_calls: 900,
    baseline_errors: 4,
    p_value: 1e-30,
    sentence: "orders@v2 fails 41 % of 100 calls; orders@v1 fails 0.44 % of 900 calls.",
    ...fields,
  };
}
