// The first page: is anything wrong, what needs a person, how far is the launch.
import { type Instant, Problem, type WorkspaceName } from "@holdfast/base";
import type { Action, Finding, Issue, MeasureRow, Overview, Subject } from "@holdfast/contract";
import type { Services } from "../services.ts";
import { courseOf } from "./model/course.ts";
import { decideHeadline, type HeadlineMaterial } from "./model/headline.ts";
import { perMinute, sparklineOf, totalsOf } from "./model/measures.ts";
import { listNeeds } from "./model/needs.ts";
import { type Story, storiesOf } from "./model/story.ts";
import { presentSubjects } from "./subjects.ts";

const HOUR_MS = 3_600_000;
const SPARK_STEP_MS = 60_000;
/** "Calls a minute" looks back this far: long enough to be steady, short enough to be now. */
const RATE_OVER_MS = 5 * 60_000;
const LIST_MAX = 100;

export async function viewOverview(services: Services, workspace: WorkspaceName): Promise<Overview> {
  const now = services.clock.now();
  const [measured, told, launch, settings] = await Promise.all([
    readMeasures(services, workspace, now),
    readTold(services, workspace, now),
    services.launches.current(workspace),
    services.plans.settingsView(workspace),
  ]);
  const subjects = await presentSubjects(services, workspace, measured?.hour ?? []);
  const stories = storiesOf({
    now,
    findings: told.findings,
    actions: told.actions,
    issues: told.issues,
    weights: (subject) => services.plans.subject(workspace, subject)?.weights,
  });
  return {
    headline: headlineOf({ stories, critical: told.critical, off: switchedOff(subjects) }, measured, now),
    needs: listNeeds({ now, stories, unowned: told.unowned, unlinked: told.unlinked }),
    counts: { inbox: told.unlinked.count, issues: told.open },
    launch: launch ?? null,
    subjects: subjects.map((subject) => ({ ...subject, ...paceOf(subject.subject, measured, now) })),
    plan: planOf(services, settings.problems.length),
  };
}

type Measured = { hour: MeasureRow[]; minutes: MeasureRow[] };

/** Undefined when the store of calls does not answer: the page says so, and shows what people said. */
async function readMeasures(services: Services, workspace: WorkspaceName, now: Instant): Promise<Measured | undefined> {
  const window = { from: now - HOUR_MS, until: now };
  try {
    const [hour, minutes] = await Promise.all([
      services.calls.measures(workspace, window),
      services.calls.measures(workspace, { ...window, step_ms: SPARK_STEP_MS }),
    ]);
    return { hour, minutes };
  } catch (error) {
    if (error instanceof Problem && error.code === "telemetry_unavailable") return undefined;
    throw error;
  }
}

function readTold(services: Services, workspace: WorkspaceName, now: Instant) {
  return services.transact(workspace, async (ports) => {
    const findings = (await ports.findings.list({ limit: LIST_MAX })).items;
    const first = Math.min(now, ...findings.map(({ window_from }) => window_from));
    const actions = await ports.actions.between(first, now + 1);
    const open = (await ports.issues.list({ state: "open" }, { limit: LIST_MAX })).items;
    const unowned = (await ports.issues.list({ state: "open", owner: "none" }, { limit: LIST_MAX })).items;
    const newest = (await ports.feedback.list({ state: "new" }, { limit: LIST_MAX })).items;
    return {
      findings,
      actions: actions.toSorted((left, right) => right.at - left.at),
      issues: await issuesOf(findings, ports.issues),
      critical: open.filter(({ severity }) => severity === 1),
      unowned,
      open: await ports.issues.countOpen(),
      unlinked: { newest, count: await ports.feedback.countNew() },
    };
  });
}

async function issuesOf(
  findings: readonly Finding[],
  issues: { find(id: string): Promise<Issue | undefined> },
): Promise<Map<string, Issue>> {
  const ids = new Set(findings.flatMap(({ issue_id }) => (issue_id === null ? [] : [issue_id])));
  const found = new Map<string, Issue>();
  for (const id of ids) {
    const issue = await issues.find(id);
    if (issue) found.set(id, issue);
  }
  return found;
}

function switchedOff(subjects: readonly Subject[]): Action[] {
  return subjects.flatMap(({ enabled, switched }) => (switched && !enabled ? [switched] : []));
}

type Told = Pick<HeadlineMaterial, "critical" | "off"> & { stories: Story[] };

function headlineOf({ stories, critical, off }: Told, measured: Measured | undefined, now: Instant) {
  const traffic = measured && {
    per_minute: perMinute(measured.minutes, now, RATE_OVER_MS),
    hour: totalsOf(measured.hour),
  };
  const course = (story: Story) => courseOf(story, measured?.minutes ?? []);
  return decideHeadline({ stories, course, critical, off, traffic });
}

function paceOf(subject: string, measured: Measured | undefined, now: Instant) {
  const own = (measured?.minutes ?? []).filter((row) => row.subject === subject);
  const window = { from: now - HOUR_MS, until: now, step_ms: SPARK_STEP_MS };
  return { calls_per_minute: perMinute(own, now, RATE_OVER_MS), sparkline: sparklineOf(own, window) };
}

function planOf(services: Services, problems: number): Overview["plan"] {
  const { number, made_at } = services.plans.current();
  return { number, made_at, problems };
}
