// Sign in with e-mail and password.
import { PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { signIn } from "../../api/acts.ts";
import { Door, DoorForm } from "./door.tsx";
import { useEnter } from "./use-enter.ts";

export function SignInPage() {
  const { t } = useTranslation();
  const enter = useEnter(signIn);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  return (
    <Door title={t("door.signIn.title")} sentence={t("door.signIn.sentence")}>
      <DoorForm
        deed={t("door.signIn.deed")}
        busy={enter.isPending}
        error={enter.error}
        onSubmit={() => enter.mutate({ email: email.trim(), password })}
      >
        <TextInput
          label={t("door.email")}
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("door.password")}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      </DoorForm>
    </Door>
  );
}
