// What launches need from a store. Bound to one workspace and one transaction (see Transact).
import type { Id, Instant } from "@holdfast/base";
import type { AuditPorts, ExitCriterion, LaunchPhase, Page, PageQuery } from "@holdfast/contract";

/** A launch as stored; the state of its criteria is computed when it is read. */
export type LaunchRow = {
  id: Id;
  name: string;
  scope: { routes: string[]; models: string[] };
  from: Instant;
  until: Instant;
  phase: LaunchPhase;
  phase_since: Instant;
  source: "file" | "console";
  exit: Record<string, ExitCriterion>;
  created_at: Instant;
};

export type LaunchRepository = {
  add(launch: LaunchRow): Promise<void>;
  save(launch: LaunchRow): Promise<void>;
  find(id: Id): Promise<LaunchRow | undefined>;
  findByName(name: string): Promise<LaunchRow | undefined>;
  /** Newest first. */
  list(page: PageQuery): Promise<Page<LaunchRow>>;
  /** The launch whose window holds `now` and whose phase is not exit; the newest if several. */
  current(now: Instant): Promise<LaunchRow | undefined>;
};

export type LaunchPorts = { launches: LaunchRepository } & AuditPorts;
