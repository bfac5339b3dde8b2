// A new person: the answer is a link that is shown once.
import { Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addPerson } from "../../api/acts.ts";
import { peopleQuery } from "../../api/reads.ts";
import type { Role } from "../../api/types.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { useUndo } from "../../parts/undo.tsx";
import { roles } from "./roles.ts";
import { ShownOnce } from "./shown-once.tsx";

export function AddPerson({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { did } = useUndo();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [link, setLink] = useState<string | null>();
  async function add(): Promise<void> {
    const added = await addPerson(workspace, { name: name.trim(), email: email.trim(), role });
    did({ said: t("settings.people.added", { name: added.person.name }) });
    setLink(added.password_link);
    await client.invalidateQueries({ queryKey: peopleQuery(workspace).queryKey });
  }
  if (link !== undefined) {
    const sentence = t(link === null ? "settings.people.noLink" : "settings.people.linkSentence", { name });
    return <ShownOnce title={t("settings.people.linkTitle")} sentence={sentence} secret={link} onClose={onClose} />;
  }
  return (
    <Dialog
      title={t("settings.people.add")}
      deed={t("settings.people.add")}
      disabled={!name.trim() || !email.trim()}
      onClose={() => {}}
      onCancel={onClose}
      onDo={add}
    >
      <TextInput
        label={t("settings.people.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        label={t("settings.people.email")}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <Select
        label={t("settings.people.role")}
        description={t(`settings.roleHint.${role}`)}
        data={roles.map((each) => ({ value: each, label: t(`settings.role.${each}`) }))}
        value={role}
        onChange={(value) => value && setRole(value as Role)}
      />
    </Dialog>
  );
}
