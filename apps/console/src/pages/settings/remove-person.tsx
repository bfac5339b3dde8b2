// The question before somebody loses access.
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { removePerson } from "../../api/acts.ts";
import { peopleQuery } from "../../api/reads.ts";
import type { Person } from "../../api/types.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { useUndo } from "../../parts/undo.tsx";

export function RemovePerson({
  person,
  workspace,
  onClose,
}: {
  person: Person;
  workspace: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { did } = useUndo();
  async function remove(): Promise<void> {
    await removePerson(workspace, person.id);
    did({ said: t("settings.people.removed", { name: person.name }) });
    await client.invalidateQueries({ queryKey: peopleQuery(workspace).queryKey });
  }
  return (
    <Dialog
      title={t("settings.people.removeTitle", { name: person.name })}
      deed={t("settings.people.remove")}
      onClose={onClose}
      onDo={remove}
    >
      <p>{t("settings.people.removeSentence", { name: person.name })}</p>
    </Dialog>
  );
}
