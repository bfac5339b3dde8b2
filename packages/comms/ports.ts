// What telling people needs from a store. Bound to one workspace and one transaction (see Transact).
import type { Id } from "@holdfast/base";
import type { OutboxPorts, ReportStatus } from "@holdfast/contract";
import type { ReportStep } from "./model/news.ts";

/** What a message to a reporter is made from; the repository of `feedback` has more and fits. */
export type ReportRow = {
  id: Id;
  site: string | null;
  message: string;
  reporter_name: string | null;
  reporter_email: string | null;
  status: ReportStatus;
};

export type ReportReader = {
  find(id: Id): Promise<ReportRow | undefined>;
  /** Oldest first. */
  history(id: Id): Promise<ReportStep[]>;
};

export type CommsPorts = { feedback: ReportReader } & OutboxPorts;
