// What somebody said in person, by phone or in a meeting.
import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addFeedback } from "../../api/acts.ts";
import { useRefresh } from "../../api/refresh.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { useUndo } from "../../parts/undo.tsx";

export function AddByHand({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { did } = useUndo();
  const refresh = useRefresh(workspace);
  const [fields, setFields] = useState({ message: "", name: "", email: "", reference: "" });
  const set = (name: keyof typeof fields) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setFields((before) => ({ ...before, [name]: value }));
  };
  async function add(): Promise<void> {
    const { message, name, email, reference } = fields;
    await addFeedback(workspace, {
      message: message.trim(),
      references: reference.trim() ? [reference.trim()] : [],
      reporter: { ...(name.trim() ? { name: name.trim() } : {}), ...(email.trim() ? { email: email.trim() } : {}) },
    });
    did({ said: t("inbox.hand.added") });
    refresh("feedback");
  }
  return (
    <Dialog
      title={t("inbox.hand.title")}
      deed={t("inbox.hand.deed")}
      disabled={!fields.message.trim()}
      onClose={onClose}
      onDo={add}
    >
      <Textarea
        label={t("inbox.hand.message")}
        value={fields.message}
        onChange={set("message")}
        rows={4}
        data-autofocus
      />
      <TextInput label={t("inbox.hand.name")} value={fields.name} onChange={set("name")} />
      <TextInput label={t("inbox.hand.email")} type="email" value={fields.email} onChange={set("email")} />
      <TextInput label={t("inbox.hand.reference")} value={fields.reference} onChange={set("reference")} />
    </Dialog>
  );
}
