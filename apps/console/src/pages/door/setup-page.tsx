// The first start: whoever holds the one-time link becomes the admin.
import { PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { setUp } from "../../api/acts.ts";
import { setupQuery } from "../../api/reads.ts";
import styles from "./door.module.css";
import { Door, DoorForm } from "./door.tsx";
import { useEnter } from "./use-enter.ts";

function SetupForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const enter = useEnter(setUp);
  const [fields, setFields] = useState({ name: "", email: "", password: "" });
  const field = (name: keyof typeof fields) => ({
    required: true,
    value: fields[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setFields((before) => ({ ...before, [name]: value }));
    },
  });
  return (
    <DoorForm
      deed={t("door.setup.deed")}
      busy={enter.isPending}
      error={enter.error}
      onSubmit={() => enter.mutate({ token, ...fields })}
    >
      <TextInput label={t("door.name")} autoComplete="name" autoFocus {...field("name")} />
      <TextInput label={t("door.email")} type="email" autoComplete="username" {...field("email")} />
      <PasswordInput
        label={t("door.password")}
        description={t("door.passwordHint")}
        autoComplete="new-password"
        minLength={12}
        {...field("password")}
      />
    </DoorForm>
  );
}

export function SetupPage() {
  const { t } = useTranslation();
  const { token } = useSearch({ from: "/setup" });
  const setup = useQuery(setupQuery);
  if (setup.data?.done) {
    return (
      <Door title={t("door.setup.title")} sentence={t("door.setup.done")}>
        <Link className={styles.link} to="/sign-in">
          {t("door.signIn.to")}
        </Link>
      </Door>
    );
  }
  return (
    <Door title={t("door.setup.title")} sentence={t(token ? "door.setup.sentence" : "door.setup.noToken")}>
      {token && <SetupForm token={token} />}
    </Door>
  );
}
