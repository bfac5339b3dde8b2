// A new token; its secret is shown once.
import { NumberInput, Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { issueToken } from "../../api/acts.ts";
import { tokensQuery } from "../../api/reads.ts";
import type { Role } from "../../api/types.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { useUndo } from "../../parts/undo.tsx";
import { roles } from "./roles.ts";
import { ShownOnce } from "./shown-once.tsx";

const day_ms = 86_400_000;

export function IssueToken({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { did } = useUndo();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [days, setDays] = useState<number | string>(90);
  const [secret, setSecret] = useState<string>();
  async function issue(): Promise<void> {
    const expires_at = days === "" ? null : Date.now() + Number(days) * day_ms;
    const issued = await issueToken(workspace, { name: name.trim(), role, expires_at });
    did({ said: t("settings.tokens.issued", { name: issued.token.name }) });
    setSecret(issued.secret);
    await client.invalidateQueries({ queryKey: tokensQuery(workspace).queryKey });
  }
  if (secret !== undefined) {
    return (
      <ShownOnce
        title={t("settings.tokens.secretTitle")}
        sentence={t("settings.tokens.secretSentence")}
        secret={secret}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      title={t("settings.tokens.issue")}
      deed={t("settings.tokens.issue")}
      disabled={!name.trim()}
      onClose={() => {}}
      onCancel={onClose}
      onDo={issue}
    >
      <TextInput
        label={t("settings.tokens.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Select
        label={t("settings.tokens.role")}
        description={t(`settings.roleHint.${role}`)}
        data={roles.map((each) => ({ value: each, label: t(`settings.role.${each}`) }))}
        value={role}
        onChange={(value) => value && setRole(value as Role)}
      />
      <NumberInput label={t("settings.tokens.days")} value={days} onChange={setDays} min={1} max={3650} />
    </Dialog>
  );
}
