// Where settings and plans are kept. Settings belong to a workspace; a plan is compiled from all of them.
import type { Instant, WorkspaceName } from "@holdfast/base";
import type { Actor } from "./resources/common.ts";

/** One accepted settings document, as text with its references unresolved. Versions count up from 1 in their workspace. */
export type SettingsVersion = {
  version: number;
  source: "file" | "api";
  text: string;
  applied_at: Instant;
  by: Actor;
};

export type SettingsRepository = {
  newest(): Promise<SettingsVersion | undefined>;
  add(version: SettingsVersion): Promise<void>;
  list(most: number): Promise<SettingsVersion[]>;
};

export type PlanNote = { number: number; made_at: Instant; because: string; workspace: WorkspaceName | null };

export type SettingsPorts = {
  settings: SettingsRepository;
  plans: {
    /** Draws the next number, counted over the whole installation, and keeps the note. */
    add(note: Omit<PlanNote, "number">): Promise<number>;
    between(from: Instant, until: Instant): Promise<PlanNote[]>;
  };
};
