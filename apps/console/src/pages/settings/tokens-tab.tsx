// Tokens for automation: who may act here without being a person.
import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { revokeToken } from "../../api/acts.ts";
import { tokensQuery } from "../../api/reads.ts";
import type { ApiToken } from "../../api/types.ts";
import { moment } from "../../format/times.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Answer } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import table from "../../parts/table.module.css";
import { useUndo } from "../../parts/undo.tsx";
import { IssueToken } from "./issue-token.tsx";
import styles from "./settings.module.css";

function Revoke({ token, workspace, onClose }: { token: ApiToken; workspace: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { did } = useUndo();
  async function revoke(): Promise<void> {
    await revokeToken(workspace, token.id);
    did({ said: t("settings.tokens.revokedDid", { name: token.name }) });
    await client.invalidateQueries({ queryKey: tokensQuery(workspace).queryKey });
  }
  return (
    <Dialog
      title={t("settings.tokens.revokeTitle", { name: token.name })}
      deed={t("settings.tokens.revoke")}
      undoesHarm
      onClose={onClose}
      onDo={revoke}
    >
      <p>{t("settings.tokens.revokeSentence")}</p>
    </Dialog>
  );
}

function TokenRow({ token, workspace }: { token: ApiToken; workspace: string }) {
  const { t } = useTranslation();
  const [revoking, setRevoking] = useState(false);
  const never = t("settings.tokens.never");
  return (
    <tr className={token.revoked_at === null ? "" : styles.gone}>
      <td className={table.strong}>{token.name}</td>
      <td>{t(`settings.role.${token.role}`)}</td>
      <td className={table.quiet}>{moment(token.created_at)}</td>
      <td className={table.quiet}>{token.last_used_at === null ? never : moment(token.last_used_at)}</td>
      <td className={table.quiet}>{token.expires_at === null ? never : moment(token.expires_at)}</td>
      <td className={table.figure}>
        {token.revoked_at === null ? (
          <Button variant="subtle" onClick={() => setRevoking(true)}>
            {t("settings.tokens.revoke")}
          </Button>
        ) : (
          t("settings.tokens.revoked")
        )}
        {revoking && <Revoke token={token} workspace={workspace} onClose={() => setRevoking(false)} />}
      </td>
    </tr>
  );
}

function TokenTable({ tokens, workspace }: { tokens: ApiToken[]; workspace: string }) {
  const { t } = useTranslation();
  return (
    <Card flush>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th>{t("settings.tokens.name")}</th>
              <th>{t("settings.tokens.role")}</th>
              <th>{t("settings.tokens.made")}</th>
              <th>{t("settings.tokens.used")}</th>
              <th>{t("settings.tokens.expires")}</th>
              <th aria-hidden />
            </tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <TokenRow key={token.id} token={token} workspace={workspace} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

export function TokensTab({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  const tokens = useQuery(tokensQuery(workspace));
  const [issuing, setIssuing] = useState(false);
  if (tokens.error && !tokens.data) return <ProblemNote error={tokens.error} onRetry={() => void tokens.refetch()} />;
  if (!tokens.data) return <Reading />;
  const able = tokens.data.filter((token) => token.revoked_at === null).length;
  return (
    <>
      <Answer title={able === 0 ? t("settings.tokens.none") : t("settings.tokens.answer", { count: able })} />
      {tokens.data.length > 0 && <TokenTable tokens={tokens.data} workspace={workspace} />}
      <div>
        <Act keys="c" label={t("settings.tokens.issue")} onRun={() => setIssuing(true)} />
      </div>
      {issuing && <IssueToken workspace={workspace} onClose={() => setIssuing(false)} />}
    </>
  );
}
