import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatedClock } from "@holdfast/base";
import { type CallFilter, type CallRecord, isFailure, type MeasureRow, type ShadowPair } from "@holdfast/contract";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCallStore } from "./call-store.ts";
import type { TelemetryStore } from "./store.ts";
import { openDuckDbStore } from "./stores/duckdb/store.ts";
import { anyRecord, silentLog } from "./testing.ts";
import { callRecord } from "./testing-records.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-call-store-"));
let store: TelemetryStore;
let run = 0;

beforeAll(async () => {
  store = await openDuckDbStore({ dir: folder, clock: simulatedClock(), log: silentLog });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Into workspaces of their own, so that each example sees only its records. */
async function given(records: CallRecord[]): Promise<{ all: CallRecord[]; mine: CallRecord[]; workspace: string }> {
  const prefix = `${run++}-`;
  const all = records.map((record) => ({ ...record, workspace: prefix + record.workspace }));
  await store.append({ records: all, positions: [], losses: [] });
  const workspace = `${prefix}default`;
  return { all, mine: all.filter((record) => record.workspace === workspace), workspace };
}

const records = fc.array(anyRecord, { maxLength: 60 });
const instant = fc.integer({ min: 1_767_600_000_000, max: 1_767_600_060_000 });
const filter: fc.Arbitrary<CallFilter> = fc.record(
  {
    subject: fc.constantFrom("routes.orders", "routes.none", "' OR 1=1 --"),
    release: fc.constantFrom("v1", "v2"),
    consumer: fc.constantFrom("shop", "' OR 1=1 --", "') UNION SELECT * FROM calls --"),
    failed: fc.boolean(),
    mirrored: fc.boolean(),
    status: fc.constantFrom(200, 500),
    from: instant,
    until: instant,
  },
  { requiredKeys: [] },
);

describe("calls", () => {
  test("however they are filtered and paged, are those that a plain loop finds, newest first", async () => {
    const property = fc.asyncProperty(
      records,
      filter,
      fc.integer({ min: 1, max: 30 }),
      async (written, wanted, limit) => {
        const { mine, workspace } = await given(written);
        const expected = mine.filter((record) => matches(record, wanted)).sort(newestFirst);
        expect(await allPages(workspace, wanted, limit)).toEqual(
          expected.map((record) => ({ ...record, capture: null })),
        );
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test("are each found by their id, with their capture, in their own workspace only", async () => {
    const property = fc.asyncProperty(records, async (written) => {
      const { all, workspace } = await given(written);
      const calls = createCallStore(store);
      for (const record of all) {
        const found = await calls.call(workspace, record.id);
        expect(found).toEqual(record.workspace === workspace ? record : undefined);
      }
    });
    await fc.assert(property, { numRuns: 10 });
  });

  test("keep every character that a record may hold", async () => {
    const odd = callRecord({ path: "a\u0000b\u{1F600}'\"\\%_", user_agent: "" });
    const { mine, workspace } = await given([odd]);
    expect(await allPages(workspace, {}, 10)).toEqual(mine);
  });

  test.each(["", "x", "MTIz", Buffer.from("1.2").toString("base64url"), "%00", "a".repeat(100)])(
    "refuse the cursor %j",
    async (cursor) => {
      const asked = createCallStore(store).calls("default", {}, { cursor, limit: 10 });
      await expect(asked).rejects.toMatchObject({ code: "invalid_input", details: { errors: [{ path: "cursor" }] } });
    },
  );

  test("a cursor of another workspace opens nothing of it", async () => {
    const { all, workspace } = await given([callRecord({ workspace: "other" }), callRecord({ workspace: "other" })]);
    const calls = createCallStore(store);
    const { next } = await calls.calls((all[0] as CallRecord).workspace, {}, { limit: 1 });
    expect(await calls.calls(workspace, {}, { limit: 10, cursor: next as string })).toEqual({ items: [], next: null });
  });

  test("an id that is none is not found", async () => {
    expect(await createCallStore(store).call("default", "' OR 1=1 --")).toBeUndefined();
  });
});

describe("measures", () => {
  test.each([undefined, 1_000, 7_000])("in steps of %s ms are those that a plain loop counts", async (step_ms) => {
    const property = fc.asyncProperty(records, instant, instant, fc.boolean(), async (written, from, until, one) => {
      const { mine, workspace } = await given(written);
      const subject = one ? { subject: "routes.orders" } : {};
      const window = { from, until, ...subject, ...(step_ms === undefined ? {} : { step_ms }) };
      const measured = await createCallStore(store).measures(workspace, window);
      const groups = groupsOf(
        mine.filter((record) => matches(record, { from, until, ...subject })),
        from,
        step_ms,
      );
      expect(measured.map(keyOf)).toEqual([...groups.keys()].sort());
      for (const row of measured) expectMeasured(row, groups.get(keyOf(row)) as CallRecord[]);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

test("an answer that a time limit of the settings ended counts among the failed, and against no release", async () => {
  const ended = { status: 200, outcome: "time_limit_reached", error_origin: "gateway" } as const;
  const late = { status: 504, outcome: "upstream_timeout", error_origin: "upstream" } as const;
  const { workspace } = await given([callRecord(ended), callRecord(late), callRecord({})]);
  const window = { from: 0, until: Number.MAX_SAFE_INTEGER };
  expect(await createCallStore(store).measures(workspace, window)).toMatchObject([{ calls: 3, errors: 1 }]);
  expect(await allPages(workspace, { failed: true }, 10)).toHaveLength(2);
});

test("callers of one subject are those that a plain loop finds, the busiest first", async () => {
  const property = fc.asyncProperty(records, instant, instant, fc.integer({ min: 1, max: 4 }), async (...drawn) => {
    const [written, from, until, most] = drawn;
    const { mine, workspace } = await given(written);
    const subject = "routes.orders";
    const found = await createCallStore(store).callers(workspace, { subject, from, until, most });
    const calls = mine.filter((record) => matches(record, { from, until, subject }));
    const nameOf = (consumer: string | null, network: string | null) => `${consumer ?? ""} ${network ?? ""}`;
    const groups = Map.groupBy(calls, ({ consumer, client_address }) =>
      nameOf(consumer, consumer === null ? client_address : null),
    );
    const expected = [...groups].map(([name, group]) => ({
      name,
      calls: group.length,
      errors: group.filter(isFailure).length,
      refused: group.filter(({ refused_by }) => refused_by !== null).length,
      last_at: Math.max(...group.map(({ at }) => at)),
    }));
    const shown = found.callers.map(({ consumer, network, ...rest }) => ({ name: nameOf(consumer, network), ...rest }));
    expect(found.more).toBe(expected.length > most);
    for (const caller of shown) expect(expected).toContainEqual(caller);
    const busiest = expected.map((caller) => caller.calls).sort((left, right) => right - left);
    expect(shown.map((caller) => caller.calls)).toEqual(busiest.slice(0, most));
  });
  await fc.assert(property, { numRuns: 40 });
});

test("copies for a shadow are counted beside the calls that they copy, and nowhere else", async () => {
  const property = fc.asyncProperty(records, instant, instant, async (written, from, until) => {
    const { mine, workspace } = await given(written);
    const subject = "routes.orders";
    const { pairs, examples } = await createCallStore(store).shadows(workspace, { from, until, subject });
    const copies = mine.filter((record) => matches(record, { from, until, subject, mirrored: true }));
    const groups = Map.groupBy(copies, ({ compared, release }) => `${compared?.release} ${release ?? ""}`);
    expect(pairs.map(({ release, shadow }) => `${release} ${shadow}`)).toEqual([...groups.keys()].sort());
    for (const pair of pairs) expectPair(pair, groups.get(`${pair.release} ${pair.shadow}`) as CallRecord[]);
    const differing = copies.filter(({ compared }) => (compared?.differs?.length ?? 0) > 0).sort(newestFirst);
    expect(examples.map(({ id }) => id)).toEqual(differing.slice(0, 20).map(({ id }) => id));
  });
  await fc.assert(property, { numRuns: 40 });
});

function expectPair(pair: ShadowPair, copies: CallRecord[]): void {
  const sent = copies.filter(({ compared }) => compared?.differs);
  const differing = (word: "status" | "content_type" | "body") =>
    sent.filter(({ compared }) => compared?.differs?.includes(word)).length;
  expect(pair).toMatchObject({
    copied: copies.length,
    dropped: copies.length - sent.length,
    failed: sent.filter(isFailure).length,
    same: sent.filter(({ compared }) => compared?.differs?.length === 0).length,
    status: differing("status"),
    content_type: differing("content_type"),
    body: differing("body"),
  });
  const clients = copies.map(({ compared }) => compared?.duration_us ?? 0).sort((left, right) => left - right);
  expectNearRank(pair.p50_us as number, clients, 0.5);
  expect(pair.shadow_p50_us === null).toBe(sent.length === 0);
}

function matches(record: CallRecord, wanted: CallFilter): boolean {
  return (
    (record.shadow_of !== null) === (wanted.mirrored ?? false) &&
    (wanted.subject === undefined || record.subject === wanted.subject) &&
    (wanted.release === undefined || record.release === wanted.release) &&
    (wanted.consumer === undefined || record.consumer === wanted.consumer) &&
    (wanted.status === undefined || record.status === wanted.status) &&
    (wanted.failed === undefined || isFailure(record) === wanted.failed) &&
    (wanted.from === undefined || record.at >= wanted.from) &&
    (wanted.until === undefined || record.at < wanted.until)
  );
}

function newestFirst(left: CallRecord, right: CallRecord): number {
  return right.at - left.at || (right.id > left.id ? 1 : -1);
}

async function allPages(workspace: string, wanted: CallFilter, limit: number): Promise<CallRecord[]> {
  const calls = createCallStore(store);
  const found: CallRecord[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await calls.calls(workspace, wanted, { limit, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    cursor = page.next;
  }
  return found;
}

/** Sorts as the store does: by step, subject, release. Times have the same number of digits. */
function keyOf({ at, subject, release }: { at: number; subject: string; release: string }): string {
  return [at, subject, release].join(" ");
}

function groupsOf(found: CallRecord[], from: number, step_ms: number | undefined): Map<string, CallRecord[]> {
  const groups = new Map<string, CallRecord[]>();
  for (const record of found) {
    if (record.subject === null) continue;
    const at = step_ms === undefined ? from : Math.floor(record.at / step_ms) * step_ms;
    const key = keyOf({ at, subject: record.subject, release: record.release ?? "" });
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return groups;
}

function expectMeasured(row: MeasureRow, members: CallRecord[]): void {
  const sum = (of: (record: CallRecord) => number | null | undefined): number =>
    members.reduce((total, record) => total + (of(record) ?? 0), 0);
  expect(row).toMatchObject({
    calls: members.length,
    errors: members.filter(isFailure).length,
    input_tokens: sum(({ ai }) => ai?.input_tokens),
    output_tokens: sum(({ ai }) => ai?.output_tokens),
    cost_nano_usd: sum(({ ai }) => ai?.cost_nano_usd),
  });
  const sorted = members.map(({ duration_us }) => duration_us).sort((left, right) => left - right);
  expectNearRank(row.p50_us as number, sorted, 0.5);
  expectNearRank(row.p95_us as number, sorted, 0.95);
}

/** A sketch answers a value near the rank: here within one place and 2 % of the places. */
function expectNearRank(value: number, sorted: number[], share: number): void {
  const rank = share * (sorted.length - 1);
  const slack = 1 + 0.02 * sorted.length;
  expect(value).toBeGreaterThanOrEqual(sorted[Math.max(0, Math.floor(rank - slack))] as number);
  expect(value).toBeLessThanOrEqual(sorted[Math.min(sorted.length - 1, Math.ceil(rank + slack))] as number);
}
