// Keys that work on every page: `g` and a letter goes there, `?` shows all keys.
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useKeys } from "../keys/keyboard.tsx";
import { places } from "./places.ts";

export function ShellKeys({ workspace, onHelp }: { workspace: string; onHelp: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useKeys(
    [
      ...places.map((place) => ({
        keys: `g ${place.key}`,
        label: t("nav.go", { page: t(`nav.${place.name}`) }),
        run: () => void navigate({ to: place.to, params: { workspace } }),
      })),
      { keys: "?", label: t("help.open"), run: onHelp },
    ],
    0,
  );
  return null;
}
