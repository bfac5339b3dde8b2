// Somebody who is signed in, but belongs to no workspace yet.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { meQuery } from "../../api/reads.ts";
import { Door } from "./door.tsx";

export function NoWorkspacePage() {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  return <Door title={t("noWorkspace.title")} sentence={t("noWorkspace.sentence", { name: me.data?.name ?? "" })} />;
}
