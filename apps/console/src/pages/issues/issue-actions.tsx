// What can be done about an issue from its page: each has its key.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { meQuery } from "../../api/reads.ts";
import type { IssueDetail } from "../../api/types.ts";
import { useKeys } from "../../keys/keyboard.tsx";
import { Act } from "../../parts/act.tsx";
import { ChangeStatus } from "./change-status.tsx";
import { useIssueChange } from "./use-issue-change.ts";

export function IssueActions({ issue, workspace }: { issue: IssueDetail; workspace: string }) {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  const { give, rate } = useIssueChange(issue, workspace);
  const [changing, setChanging] = useState(false);
  useKeys(
    [1, 2, 3, 4].map((severity) => ({
      keys: String(severity),
      label: t("issues.act.severity", { severity }),
      run: () => rate(severity),
    })),
  );
  const self = me.data;
  const mine = self?.id !== null && issue.owner?.id === self?.id;
  return (
    <>
      {!mine && self?.id && (
        <Act keys="o" label={t("issues.act.take")} onRun={() => self.id && give({ id: self.id, name: self.name })} />
      )}
      <Act keys="s" label={t("issues.act.status")} kind="primary" onRun={() => setChanging(true)} />
      {changing && <ChangeStatus issue={issue} workspace={workspace} onClose={() => setChanging(false)} />}
    </>
  );
}
