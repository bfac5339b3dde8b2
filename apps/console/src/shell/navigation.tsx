// The way from page to page, with what waits behind each; at its foot who and where one is.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { overviewQuery } from "../api/reads.ts";
import { count } from "../format/numbers.ts";
import { KeyCap } from "../parts/chip.tsx";
import { Mark } from "./mark.tsx";
import styles from "./navigation.module.css";
import { openPalette } from "./palette.tsx";
import { type Place, placeGroups } from "./places.ts";
import { WorkspaceMenu } from "./workspace-menu.tsx";

type Props = { workspace: string; onHelp: () => void; onGone?: () => void };

const paletteKey = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘K" : "Ctrl K";

function PlaceLink({ place, workspace, onGone }: { place: Place } & Pick<Props, "workspace" | "onGone">) {
  const { t } = useTranslation();
  const overview = useQuery(overviewQuery(workspace));
  const waiting = overview.data && place.count ? place.count(overview.data) : 0;
  return (
    <Link
      to={place.to}
      params={{ workspace }}
      className={styles.link}
      activeProps={{ "aria-current": "page" }}
      activeOptions={{ exact: place.name === "now", includeSearch: false }}
      {...(onGone ? { onClick: onGone } : {})}
    >
      {t(`nav.${place.name}`)}
      {waiting > 0 && <span className={styles.count}>{count(waiting)}</span>}
    </Link>
  );
}

export function Navigation({ workspace, onHelp, onGone }: Props) {
  const { t } = useTranslation();
  return (
    <nav className={styles.nav} aria-label={t("nav.label")}>
      <div className={styles.brand}>
        <Mark /> Holdfast
      </div>
      {placeGroups.map((group) => (
        <div key={group.title ?? ""} className={styles.group}>
          {group.title && <div className={styles.title}>{t(`nav.${group.title}`)}</div>}
          {group.places.map((place) => (
            <PlaceLink key={place.name} place={place} workspace={workspace} {...(onGone ? { onGone } : {})} />
          ))}
        </div>
      ))}
      <div className={styles.foot}>
        <button type="button" className={styles.hint} onClick={openPalette}>
          <KeyCap>{paletteKey}</KeyCap> {t("nav.anything")}
        </button>
        <button type="button" className={styles.hint} onClick={onHelp}>
          <KeyCap>?</KeyCap> {t("nav.helpHint")}
        </button>
        <WorkspaceMenu workspace={workspace} />
      </div>
    </nav>
  );
}
