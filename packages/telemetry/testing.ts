// Folders and arbitrary records for the tests of this package.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import fc from "fast-check";
import { onTestFinished } from "vitest";
import { callRecord } from "./testing-records.ts";

/** A folder that is gone when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-telemetry-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const whole = fc.nat(2 ** 40);
const anyText = fc.string({ unit: "grapheme", maxLength: 20 });
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const anyAi = fc.record({
  model: fc.constantFrom("assistant", "writer"),
  provider: orNull(anyText),
  provider_model: orNull(anyText),
  stream: fc.boolean(),
  input_tokens: orNull(whole),
  cached_input_tokens: orNull(whole),
  output_tokens: orNull(whole),
  cost_nano_usd: orNull(whole),
  first_token_us: orNull(whole),
  finish_reason: orNull(anyText),
  attempts: fc.nat(5),
});

const anyHeaders = fc.array(fc.tuple(anyText, anyText), { maxLength: 3 });
const anyCapture = fc.record({
  request_headers: orNull(anyHeaders),
  response_headers: orNull(anyHeaders),
  request_body: orNull(anyText),
  response_body: orNull(anyText),
  cut: fc.boolean(),
});

const anyComparison = fc.record({
  release: fc.constantFrom("v1", "v2"),
  status: fc.constantFrom(200, 404, 500),
  duration_us: fc.nat(10_000_000),
  differs: orNull(fc.subarray<"status" | "content_type" | "body">(["status", "content_type", "body"])),
});

/** Records of a small world, so that groups have members and filters hit: two workspaces, few names, one minute. */
export const anyRecord: fc.Arbitrary<CallRecord> = fc
  .record({
    workspace: fc.constantFrom("default", "other"),
    at: fc.integer({ min: 1_767_600_000_000, max: 1_767_600_060_000 }),
    duration_us: fc.nat(10_000_000),
    path: anyText,
    query: orNull(anyText),
    subject: orNull(fc.constantFrom("routes.orders", "models.assistant")),
    route: orNull(anyText),
    release: orNull(fc.constantFrom("v1", "v2")),
    consumer: orNull(fc.constantFrom("shop", "' OR 1=1 --")),
    status: fc.constantFrom(200, 404, 500, 502),
    error_origin: orNull(fc.constantFrom("client", "gateway", "upstream")),
    ai: orNull(anyAi),
    capture: orNull(anyCapture),
    mirrored: fc.option(anyComparison, { nil: undefined, freq: 3 }),
  })
  .map(({ mirrored, ...fields }) =>
    callRecord(
      mirrored ? { ...fields, shadow_of: "01990000-0000-7000-8000-000000000000", compared: mirrored } : fields,
    ),
  );

export const silentLog: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function quiet(): void {
  // Tests look at results; what the log says is for people.
}
