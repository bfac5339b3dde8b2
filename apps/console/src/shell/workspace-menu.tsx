// Where and who one is: changes the workspace, the colours, and signs out.
import { Menu, useMantineColorScheme } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { signOut } from "../api/acts.ts";
import { meQuery } from "../api/reads.ts";
import { useUndo } from "../parts/undo.tsx";
import styles from "./workspace-menu.module.css";

const schemes = ["auto", "light", "dark"] as const;

function useLeave(): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { failed } = useUndo();
  return () => {
    signOut().then(() => {
      client.clear();
      void navigate({ to: "/sign-in" });
    }, failed);
  };
}

function SchemeItems() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t("scheme.label")}</Menu.Label>
      {schemes.map((scheme) => (
        <Menu.Item
          key={scheme}
          role="menuitemradio"
          aria-checked={scheme === colorScheme}
          onClick={() => setColorScheme(scheme)}
        >
          <span className={styles.tick}>{scheme === colorScheme ? "✓" : ""}</span>
          {t(`scheme.${scheme}`)}
        </Menu.Item>
      ))}
    </>
  );
}

export function WorkspaceMenu({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  const navigate = useNavigate();
  const leave = useLeave();
  return (
    <Menu position="top-start" width={224}>
      <Menu.Target>
        <button type="button" className={styles.here}>
          {workspace}
          {me.data && <span className={styles.who}> · {me.data.name}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("nav.switchWorkspace")}</Menu.Label>
        {me.data?.workspaces.map(({ name, role }) => (
          <Menu.Item
            key={name}
            role="menuitemradio"
            aria-checked={name === workspace}
            onClick={() => void navigate({ to: "/w/$workspace", params: { workspace: name } })}
          >
            <span className={styles.tick}>{name === workspace ? "✓" : ""}</span>
            {name} <span className={styles.who}>{role}</span>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <SchemeItems />
        <Menu.Divider />
        <Menu.Item onClick={leave}>
          <span className={styles.tick} />
          {t("nav.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
