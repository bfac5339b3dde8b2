// The frame of a workspace: navigation at the left, the page at the right, and what floats over both.
import { Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { LiveProvider } from "../api/live.tsx";
import { KeyboardProvider } from "../keys/keyboard.tsx";
import { UndoProvider } from "../parts/undo.tsx";
import { KeyHelp } from "./key-help.tsx";
import { MenuContext } from "./menu-button.tsx";
import { Navigation } from "./navigation.tsx";
import { Palette } from "./palette.tsx";
import styles from "./shell.module.css";
import { ShellKeys } from "./shell-keys.tsx";

export function Shell() {
  const { workspace } = useParams({ from: "/w/$workspace" });
  const { t } = useTranslation();
  const [menu, menuHandlers] = useDisclosure(false);
  const [help, helpHandlers] = useDisclosure(false);
  return (
    <KeyboardProvider>
      <UndoProvider>
        <LiveProvider key={workspace} workspace={workspace}>
          <MenuContext value={menuHandlers.open}>
            <a className={styles.skip} href="#page">
              {t("nav.skip")}
            </a>
            <div className={styles.shell}>
              <div className={styles.side}>
                <Navigation workspace={workspace} onHelp={helpHandlers.open} />
              </div>
              <Drawer opened={menu} onClose={menuHandlers.close} withCloseButton={false} padding={0}>
                <Navigation workspace={workspace} onHelp={helpHandlers.open} onGone={menuHandlers.close} />
              </Drawer>
              <div className={styles.page}>
                <Outlet />
              </div>
            </div>
            <ShellKeys workspace={workspace} onHelp={helpHandlers.open} />
            <Palette workspace={workspace} onHelp={helpHandlers.open} />
            {help && <KeyHelp onClose={helpHandlers.close} />}
          </MenuContext>
        </LiveProvider>
      </UndoProvider>
    </KeyboardProvider>
  );
}
