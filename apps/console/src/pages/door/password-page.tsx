// A one-time link of an admin: whoever opens it sets their own password.
import { PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { setPassword } from "../../api/acts.ts";
import styles from "./door.module.css";
import { Door, DoorForm } from "./door.tsx";

function PasswordForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const [password, setWords] = useState("");
  const set = useMutation({ mutationFn: () => setPassword({ token, password }) });
  if (set.isSuccess) {
    return (
      <>
        <p className={styles.sentence} role="status">
          {t("door.setPassword.done")}
        </p>
        <Link className={styles.link} to="/sign-in">
          {t("door.signIn.to")}
        </Link>
      </>
    );
  }
  return (
    <DoorForm deed={t("door.setPassword.deed")} busy={set.isPending} error={set.error} onSubmit={() => set.mutate()}>
      <PasswordInput
        label={t("door.password")}
        description={t("door.passwordHint")}
        autoComplete="new-password"
        required
        autoFocus
        minLength={12}
        value={password}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
    </DoorForm>
  );
}

export function PasswordPage() {
  const { t } = useTranslation();
  const { token } = useSearch({ from: "/password" });
  return (
    <Door
      title={t("door.setPassword.title")}
      sentence={t(token ? "door.setPassword.sentence" : "door.setPassword.noToken")}
    >
      {token && <PasswordForm token={token} />}
    </Door>
  );
}
