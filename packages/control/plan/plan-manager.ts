// Keeps the plan: the only one who changes it. A change is read, checked against everything else, stored, and then handed to the
// gateway workers; whatever is refused leaves the plan as it is. Changes happen one after the other.
import { ok, Problem, type Result, type WorkspaceName } from "@holdfast/base";
import {
  type Actor,
  type Plan,
  type PlanSite,
  type Settings,
  type SettingsVersion,
  type SettingsView,
  SYSTEM,
} from "@holdfast/contract";
import type { PlanManager } from "../services.ts";
import { compileHeld } from "./compile-held.ts";
import type { CompiledPlan } from "./compile-plan.ts";
import type { Clash } from "./find-clashes.ts";
import {
  type Candidate,
  clashLine,
  EMPTY_SECTION,
  type Held,
  presentClashes,
  readCandidate,
  viewOf,
} from "./held-settings.ts";
import type { KeptPlan } from "./plan-keeper.ts";
import { logPlan, logRefusedRefresh, logUnreadable } from "./plan-log.ts";
import {
  type Acceptance,
  addVersion,
  EMPTY_PLAN,
  endHolds,
  findSubject,
  type ManagedPlans,
  type PlanManagerTools,
  plannedSubject,
  promotedSubjects,
  type SettingsFile,
  samePlan,
} from "./plan-tools.ts";
import { problemLine, type SettingsProblem } from "./problem.ts";

export function createPlanManager(tools: PlanManagerTools): ManagedPlans {
  return new Plans(tools);
}

type Change = { because: string; workspace: WorkspaceName; accept?: Acceptance };

class Plans implements ManagedPlans {
  readonly #tools: PlanManagerTools;
  readonly #held = new Map<WorkspaceName, Held>();
  #plan: Plan = EMPTY_PLAN;
  /** The workspace that a settings file governs. */
  #governed: WorkspaceName | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(tools: PlanManagerTools) {
    this.#tools = tools;
  }

  current(): Plan {
    return this.#plan;
  }

  settings(workspace: WorkspaceName): Settings | undefined {
    return this.#held.get(workspace)?.settings;
  }

  sites(workspace: WorkspaceName): PlanSite[] {
    return this.#plan.sites.filter((site) => site.workspace === workspace);
  }

  subject(workspace: WorkspaceName, subject: string): ReturnType<PlanManager["subject"]> {
    const running = findSubject(this.#plan, workspace, subject);
    if (!running) return undefined;
    const declared = findSubject(this.#held.get(workspace)?.section ?? EMPTY_SECTION, workspace, subject);
    return plannedSubject(running, declared ?? running);
  }

  promoted(workspace: WorkspaceName): string[] {
    return promotedSubjects(this.#plan, workspace);
  }

  async settingsView(workspace: WorkspaceName): Promise<SettingsView> {
    return viewOf(this.#held.get(workspace), this.#plan.number);
  }

  async check(workspace: WorkspaceName, text: string): Promise<SettingsProblem[]> {
    const candidate = await this.#read("api", text, workspace);
    if (!candidate.ok) return candidate.error;
    const compiled = await this.#compile(candidate.value);
    return compiled.ok ? [] : presentClashes(compiled.error, candidate.value);
  }

  applySettings(workspace: WorkspaceName, text: string, by: Actor): Promise<SettingsView> {
    return this.#inTurn(async () => {
      if (workspace === this.#governed) throw new Problem("settings_from_file");
      const candidate = await this.#read("api", text, workspace);
      const problems = candidate.ok
        ? await this.#adopt({ candidate: candidate.value, source: "api", by })
        : candidate.error;
      this.#remember(workspace, problems);
      if (problems.length > 0) throw new Problem("settings_invalid", { errors: problems });
      await this.#tellApplied(workspace);
      return this.settingsView(workspace);
    });
  }

  applyFile(file: SettingsFile): Promise<boolean> {
    return this.#inTurn(async () => {
      const is_applied = await this.#applyFile(file);
      if (is_applied && this.#governed !== undefined) await this.#tellApplied(this.#governed);
      return is_applied;
    });
  }

  refresh(workspace: WorkspaceName): Promise<boolean> {
    return this.#inTurn(async () => {
      const version = this.#held.get(workspace)?.version;
      if (!version) return false;
      const { source, text, by } = version;
      const candidate = await this.#read(source, text, workspace);
      const problems = candidate.ok ? await this.#adopt({ candidate: candidate.value, source, by }) : candidate.error;
      this.#remember(workspace, problems);
      logRefusedRefresh(this.#tools.log, workspace, problems);
      return problems.length === 0;
    });
  }

  recompile(because: string, workspace: WorkspaceName): Promise<number> {
    return this.#inTurn(async () => {
      const changed = await this.#change({ because, workspace });
      // Shifting traffic touches nothing that can clash; if it does, the caller must not believe that it worked.
      if (!changed.ok) throw new Error(`the plan does not compile: ${changed.error.map(clashLine).join("; ")}`);
      return this.#plan.number;
    });
  }

  start(file: SettingsFile | undefined): Promise<void> {
    return this.#inTurn(async () => {
      const kept = await this.#loadKept();
      for (const workspace of await this.#tools.workspaces.list())
        this.#held.set(workspace, await this.#takeUp(workspace, kept));
      if (!(file && (await this.#applyFile(file)))) await this.#startWithWhatIsHeld();
      for (const workspace of this.#held.keys()) await this.#tellApplied(workspace);
    });
  }

  async #applyFile(file: SettingsFile): Promise<boolean> {
    const candidate = await this.#read("file", file.text);
    const governed = candidate.ok ? candidate.value.settings.workspace : (this.#governed ?? this.#onceGoverned());
    this.#governed = governed;
    const problems = candidate.ok
      ? await this.#adopt({ candidate: candidate.value, source: "file", by: SYSTEM })
      : candidate.error;
    this.#remember(governed, problems);
    for (const problem of problems)
      this.#tools.log.error({ problem: problemLine(file.name, problem) }, "the settings file is refused");
    return problems.length === 0;
  }

  /** Before a file could ever be read, all it says of its workspace is what an earlier version of it said. */
  #onceGoverned(): WorkspaceName {
    for (const [workspace, { version }] of this.#held) if (version?.source === "file") return workspace;
    return "default";
  }

  /** Problems that kept it from coming into force; none when it did. */
  async #adopt(accept: Acceptance): Promise<SettingsProblem[]> {
    const { settings } = accept.candidate;
    await this.#tools.workspaces.ensure(settings.workspace);
    const is_first = this.#held.get(settings.workspace)?.version === undefined;
    const because = accept.source === "file" ? "the settings file changed" : "settings were changed";
    const changed = await this.#change({
      because: is_first ? "first settings" : because,
      workspace: settings.workspace,
      accept,
    });
    if (changed.ok) return [];
    for (const clash of changed.error) this.#tools.log.warn({ clash: clashLine(clash) }, "settings clash");
    return presentClashes(changed.error, accept.candidate);
  }

  /** Stores first, deploys then: what was acknowledged is what the next start compiles. */
  async #change({ because, workspace, accept }: Change): Promise<Result<void, Clash[]>> {
    const compiled = await this.#compile(accept?.candidate);
    if (!compiled.ok) return compiled;
    const before = this.#held.get(workspace);
    const is_new =
      accept !== undefined &&
      !(before?.version?.source === accept.source && before.version.text === accept.candidate.text);
    const { plan, dropped } = compiled.value;
    const same = samePlan(plan, this.#plan);
    const made_at = this.#tools.clock.now();
    const stored = await this.#tools.transact(workspace, async (ports) => {
      const own = dropped.filter((override) => override.workspace === workspace);
      if (accept) await endHolds(ports, own, { by: accept.by, at: made_at, ids: this.#tools.ids });
      return {
        version:
          accept && is_new
            ? await addVersion(ports, { ...accept, id: this.#tools.ids(), at: made_at })
            : before?.version,
        number: same ? this.#plan.number : await ports.plans.add({ made_at, because, workspace }),
      };
    });
    for (const override of dropped) this.#tools.log.warn({ ...override }, "an override of traffic is not kept");
    if (accept) this.#hold(workspace, accept.candidate, stored.version);
    if (!same) await this.#deploy(Object.freeze({ ...plan, number: stored.number, made_at }), because);
    else if (is_new) await this.#keep();
    this.#tools.live.changed(workspace, "settings");
    return ok(undefined);
  }

  #hold(workspace: WorkspaceName, { section, settings }: Candidate, version: SettingsVersion | undefined): void {
    this.#held.set(workspace, { version, section, settings, refused: [] });
  }

  async #deploy(plan: Plan, because: string): Promise<void> {
    this.#plan = plan;
    await Promise.all([this.#tools.deploy(plan), this.#keep()]);
    logPlan(this.#tools.log, plan, because);
  }

  /** A full disk must not stop a rollback: the plan is in force, and the next start compiles it from what is stored. */
  async #keep(): Promise<void> {
    const sections = Object.fromEntries([...this.#held].map(([workspace, { section }]) => [workspace, section]));
    try {
      await this.#tools.keeper.save({ plan: this.#plan, sections });
    } catch (error) {
      this.#tools.log.error({ error: (error as Error).message }, "the plan could not be kept on disk");
    }
  }

  #compile(candidate: Candidate | undefined): Promise<Result<CompiledPlan, Clash[]>> {
    return compileHeld(this.#held, candidate, this.#tools);
  }

  async #takeUp(workspace: WorkspaceName, kept: KeptPlan | undefined): Promise<Held> {
    const version = await this.#tools.transact(workspace, ({ settings }) => settings.newest());
    if (!version) return { version, section: EMPTY_SECTION, settings: undefined, refused: [] };
    const read = await this.#read(version.source, version.text, workspace);
    if (read.ok) return { version, section: read.value.section, settings: read.value.settings, refused: [] };
    logUnreadable(this.#tools.log, workspace, read.error);
    return { version, section: kept?.sections[workspace] ?? EMPTY_SECTION, settings: undefined, refused: read.error };
  }

  async #startWithWhatIsHeld(): Promise<void> {
    const workspace = [...this.#held.keys()][0] ?? "default";
    await this.#tools.workspaces.ensure(workspace);
    const changed = await this.#change({ because: "start", workspace });
    if (changed.ok) return;
    for (const clash of changed.error)
      this.#tools.log.error({ clash: clashLine(clash) }, "settings clash; the last plan stays");
  }

  async #loadKept(): Promise<KeptPlan | undefined> {
    const loaded = await this.#tools.keeper.load();
    if (!loaded.ok) this.#tools.log.error({ why: loaded.error }, "the kept plan cannot be used");
    if (!loaded.ok || !loaded.value) return undefined;
    this.#plan = loaded.value.plan;
    return loaded.value;
  }

  async #tellApplied(workspace: WorkspaceName): Promise<void> {
    const settings = this.settings(workspace);
    if (!settings) return;
    try {
      await this.#tools.applied(workspace, settings);
    } catch (error) {
      // The settings are in force whatever becomes of it; the next start tells again.
      this.#tools.log.error({ workspace, error: (error as Error).message }, "settings were only partly taken up");
    }
  }

  #read(
    source: SettingsVersion["source"],
    text: string,
    workspace?: WorkspaceName,
  ): Promise<Result<Candidate, SettingsProblem[]>> {
    const { secrets, provider_urls } = this.#tools;
    return readCandidate(text, {
      secrets: (of) => secrets(source, of),
      provider_urls,
      ...(workspace === undefined ? {} : { workspace }),
    });
  }

  #remember(workspace: WorkspaceName, refused: SettingsProblem[]): void {
    const held = this.#held.get(workspace) ?? { version: undefined, section: EMPTY_SECTION, settings: undefined };
    this.#held.set(workspace, { ...held, refused });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // The chain goes on after a failure; whoever asked for this turn meets it.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
