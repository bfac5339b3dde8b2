// What the first page answers: is anything wrong, what needs a person, how far is the launch.
import { LIMITS } from "@holdfast/base";
import { z } from "zod";
import { Instant } from "./common.ts";
import { Launch } from "./launch.ts";
import { Subject } from "./operations.ts";

/** Sentences carry times as `{time:<milliseconds since the epoch>}`, which the reader's page writes in the reader's zone. */
export const Overview = z.object({
  headline: z.object({ level: z.enum(["quiet", "warn", "bad"]), title: z.string(), sentence: z.string() }),
  needs: z.array(
    z.object({
      kind: z.enum(["release", "issue", "feedback"]),
      id: z.string().describe("Of an issue or feedback; for a release, its subject"),
      level: z.enum(["quiet", "warn", "bad"]),
      title: z.string(),
      detail: z.string(),
      at: Instant,
    }),
  ),
  counts: z.object({ inbox: z.int(), issues: z.int() }),
  launch: Launch.nullable(),
  subjects: z.array(
    Subject.extend({
      calls_per_minute: z.number(),
      sparkline: z.array(z.number().nullable()).describe("Error share of 1 per step over the last hour"),
    }),
  ),
  plan: z.object({ number: z.int(), made_at: Instant, problems: z.int() }),
});
export type Overview = z.infer<typeof Overview>;

/** Settings of a workspace as they were last applied. */
export const SettingsView = z.object({
  source: z.enum(["none", "file", "api"]),
  version: z.int(),
  applied_at: Instant.nullable(),
  text: z.string().describe("YAML with references, never secrets"),
  plan: z.int(),
  problems: z
    .array(
      z.object({ path: z.string(), message: z.string(), line: z.int().optional(), suggestion: z.string().optional() }),
    )
    .describe("Of the newest attempt, if it was refused"),
});
export type SettingsView = z.infer<typeof SettingsView>;

/** A settings document as text. */
export const SettingsText = z.strictObject({ text: z.string().max(LIMITS.settings_bytes_max) });

/** What keeps a settings document from being applied; empty: nothing. */
export const SettingsCheck = z.object({ problems: SettingsView.shape.problems });

/** Sent over `GET …/live` as server-sent events named `changed`: what to read again. */
export const LiveTopic = z.enum(["calls", "feedback", "issues", "findings", "actions", "launches", "settings"]);
export type LiveTopic = z.infer<typeof LiveTopic>;
export const LiveEvent = z.object({ topic: LiveTopic, id: z.string().nullable(), at: Instant });
export type LiveEvent = z.infer<typeof LiveEvent>;

export const CallsQuery = z.object({
  subject: z.string().optional(),
  release: z.string().optional(),
  consumer: z.string().optional(),
  outcome: z.enum(["all", "failed", "ok"]).default("all"),
  mirrored: z.stringbool().optional().describe("true: copies for a shadow in place of calls of clients"),
  status: z.coerce.number().int().min(100).max(599).optional(),
  from: z.coerce.number().int().optional(),
  until: z.coerce.number().int().optional(),
});
