// Copies for a shadow beside the calls that they copy: counts for each pair of releases, and the newest that differ.
import type { Instant, WorkspaceName } from "@holdfast/base";
import type { CallRecord, ShadowAnswers, ShadowExample, ShadowPair } from "@holdfast/contract";
import type { TelemetryStore } from "../store.ts";
import { type Condition, type MeasuredRow, SHADOW_MEASURES } from "./tree.ts";

/** Enough to see what they have in common. */
const EXAMPLES_MAX = 20;

export async function readShadows(
  store: Pick<TelemetryStore, "measures" | "records">,
  workspace: WorkspaceName,
  { from, until, subject }: { from: Instant; until: Instant; subject: string },
): Promise<ShadowAnswers> {
  const where: Condition[] = [
    { kind: "equals", field: "subject", value: subject },
    { kind: "mirrored", value: true },
    { kind: "from", at: from },
    { kind: "until", at: until },
  ];
  const [rows, differing] = await Promise.all([
    store.measures({
      workspace,
      where,
      select: SHADOW_MEASURES,
      by: [{ kind: "client_release" }, { kind: "release" }],
    }),
    store.records({ workspace, where: [...where, { kind: "differs" }], after: undefined, most: EXAMPLES_MAX }),
  ]);
  return { pairs: rows.map(pairOf), examples: differing.map(exampleOf) };
}

function pairOf(row: MeasuredRow): ShadowPair {
  return {
    release: row.client_release,
    shadow: row.release,
    copied: row.calls,
    dropped: row.dropped,
    failed: row.failed_sent,
    same: row.same,
    status: row.differs_status,
    content_type: row.differs_content_type,
    body: row.differs_body,
    p50_us: row.client_p50_us,
    p95_us: row.client_p95_us,
    shadow_p50_us: row.sent_p50_us,
    shadow_p95_us: row.sent_p95_us,
  } as ShadowPair;
}

function exampleOf({ id, shadow_of, at, method, path, release, status, compared }: CallRecord): ShadowExample {
  return {
    id,
    shadow_of: shadow_of ?? "",
    at,
    method,
    path,
    release: compared?.release ?? "",
    shadow: release ?? "",
    status: compared?.status ?? 0,
    shadow_status: status,
    differs: compared?.differs ?? [],
  };
}
