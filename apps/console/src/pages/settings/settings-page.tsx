// Settings as a file, the people, the tokens, and the trail of who changed what.
import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { meQuery } from "../../api/reads.ts";
import { Page } from "../../parts/page.tsx";
import { useWorkspace } from "../../parts/workspace.ts";
import { AuditTab } from "./audit-tab.tsx";
import { FileTab } from "./file-tab.tsx";
import { PeopleTab } from "./people-tab.tsx";
import { type SettingsTab, settingsTabs } from "./search.ts";
import styles from "./settings.module.css";
import { TokensTab } from "./tokens-tab.tsx";

function Tab({ tab, workspace, admin }: { tab: SettingsTab; workspace: string; admin: boolean }) {
  const { t } = useTranslation();
  if (tab === "file") return <FileTab workspace={workspace} admin={admin} />;
  if (tab === "people") return <PeopleTab workspace={workspace} admin={admin} />;
  if (!admin) return <p className={styles.quiet}>{t("settings.forbidden")}</p>;
  return tab === "tokens" ? <TokensTab workspace={workspace} /> : <AuditTab workspace={workspace} />;
}

export function SettingsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { tab = "file" } = useSearch({ from: "/w/$workspace/settings" });
  const navigate = useNavigate({ from: "/w/$workspace/settings" });
  const me = useQuery(meQuery);
  const admin = me.data?.workspaces.find((each) => each.name === workspace)?.role === "admin";
  return (
    <Page crumbs={[t("nav.settings"), t(`settings.tab.${tab}`)]}>
      <div>
        <SegmentedControl
          aria-label={t("nav.settings")}
          data={settingsTabs.map((each) => ({ value: each, label: t(`settings.tab.${each}`) }))}
          value={tab}
          onChange={(value) =>
            void navigate({ search: { tab: value === "file" ? undefined : (value as SettingsTab) } })
          }
        />
      </div>
      <Tab tab={tab} workspace={workspace} admin={admin} />
    </Page>
  );
}
