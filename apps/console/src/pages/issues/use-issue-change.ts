// Changes of an issue that are one key: each says what it did and can be taken back.
import { useTranslation } from "react-i18next";
import { patchIssue } from "../../api/acts.ts";
import { useRefresh } from "../../api/refresh.ts";
import type { Issue, IssuePatch } from "../../api/types.ts";
import { needsReason } from "../../parts/issue-status.ts";
import { useUndo } from "../../parts/undo.tsx";

type IssueHead = Pick<Issue, "id" | "number" | "status" | "severity" | "owner" | "reason">;

export function useIssueChange(issue: IssueHead, workspace: string) {
  const { t } = useTranslation();
  const { did, failed } = useUndo();
  const refresh = useRefresh(workspace);

  async function apply(patch: IssuePatch, back: IssuePatch, said: string): Promise<void> {
    await patchIssue(workspace, issue.id, patch);
    refresh("issues");
    const undo = async () => {
      await patchIssue(workspace, issue.id, back);
      refresh("issues");
    };
    did({ said, undo });
  }
  const run = (patch: IssuePatch, back: IssuePatch, said: string) => void apply(patch, back, said).catch(failed);

  return {
    give(person: { id: string; name: string } | null): void {
      const said = person
        ? t("issues.did.owner", { name: person.name, number: issue.number })
        : t("issues.did.released", { number: issue.number });
      run({ owner_id: person?.id ?? null }, { owner_id: issue.owner?.id ?? null }, said);
    },
    rate(severity: number): void {
      if (severity === issue.severity) return;
      run({ severity }, { severity: issue.severity }, t("issues.did.severity", { number: issue.number, severity }));
    },
    /** Rejects, so that a dialog can show why it was refused. */
    move(patch: IssuePatch & { status: Issue["status"] }): Promise<void> {
      const words = t("issues.undoReason", { status: t(`status.${issue.status}`) });
      const back = { status: issue.status, ...(needsReason(issue.status) ? { reason: issue.reason ?? words } : {}) };
      return apply(patch, back, t("issues.did.status", { number: issue.number, status: t(`status.${patch.status}`) }));
    },
  };
}
