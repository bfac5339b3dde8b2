// The tide: calls by release, voices and changes of one subject on one time axis.
import { type Instant, Problem, type WorkspaceName } from "@holdfast/base";
import type { Tide, TideQuery } from "@holdfast/contract";
import type { z } from "zod";
import type { Services } from "../services.ts";
import { changesOf } from "./model/changes.ts";
import { busiestOf, seriesOf } from "./model/measures.ts";
import { stepFor } from "./model/steps.ts";
import { presentVoice, speaksOf } from "./model/voices.ts";
import { subjectsOf } from "./subjects.ts";

const WINDOW_MS = 3_600_000;
/** Dots beyond this overlap; the newest are shown. */
const VOICES_MAX = 500;

type Window = { from: Instant; until: Instant };

/** Default: the last hour of the subject with the newest finding, else of the busiest. */
export async function viewTide(
  services: Services,
  workspace: WorkspaceName,
  query: z.output<typeof TideQuery>,
): Promise<Tide> {
  const window = windowOf(query, services.clock.now());
  const subject = query.subject ?? (await defaultSubject(services, workspace, window));
  const step_ms = stepFor(window.from, window.until);
  const measured = subject === undefined ? [] : services.calls.measures(workspace, { ...window, step_ms, subject });
  const [rows, told] = await Promise.all([measured, readTold(services, workspace, window)]);
  const concerns = (of: string | null): boolean => subject === undefined || of === null || of === subject;
  return {
    ...window,
    step_ms,
    subject: subject ?? null,
    alert_ratio: alertRatio(services, workspace, subject),
    series: seriesOf(rows),
    voices: told.feedback.filter((one) => subject === undefined || speaksOf(one, subject)).map(presentVoice),
    changes: changesOf(told.actions, told.notes).filter((change) => concerns(change.subject)),
  };
}

function windowOf({ from, until }: z.output<typeof TideQuery>, now: Instant): Window {
  const end = until ?? now;
  const start = from ?? end - WINDOW_MS;
  if (start < end) return { from: start, until: end };
  const errors = [{ path: "from", message: "must be before `until`" }];
  throw new Problem("invalid_input", { errors });
}

async function defaultSubject(services: Services, workspace: WorkspaceName, window: Window) {
  const newest = await services.transact(workspace, ({ findings }) => findings.list({ limit: 1 }));
  const finding = newest.items[0];
  if (finding && finding.at >= window.from && finding.at < window.until) return finding.subject;
  const rows = await services.calls.measures(workspace, window);
  return busiestOf(rows) ?? subjectsOf(services, workspace)[0]?.subject;
}

function readTold(services: Services, workspace: WorkspaceName, { from, until }: Window) {
  return services.transact(workspace, async (ports) => ({
    feedback: await ports.feedback.between(from, until, VOICES_MAX),
    actions: await ports.actions.between(from, until),
    notes: (await ports.plans.between(from, until)).filter(
      (note) => note.workspace === null || note.workspace === workspace,
    ),
  }));
}

function alertRatio(services: Services, workspace: WorkspaceName, subject: string | undefined): number | null {
  const rollback = subject === undefined ? undefined : services.plans.subject(workspace, subject)?.rollback;
  return rollback?.error_ratio_over ?? null;
}
