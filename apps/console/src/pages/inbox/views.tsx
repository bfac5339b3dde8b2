// The views of the inbox, and the channels they can be narrowed to.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { count } from "../../format/numbers.ts";
import styles from "./inbox.module.css";
import { type InboxSearch, inboxChannels, inboxStates } from "./search.ts";

type Props = { search: InboxSearch; workspace: string; waiting: number | undefined };

export function Views({ search, workspace, waiting }: Props) {
  const { t } = useTranslation();
  const to = { to: "/w/$workspace/inbox", params: { workspace } } as const;
  const { state = "new", channel } = search;
  return (
    <nav className={styles.views} aria-label={t("inbox.views")}>
      {inboxStates.map((each) => (
        <Link
          key={each}
          {...to}
          search={{ state: each === "new" ? undefined : each, channel }}
          className={styles.view}
          data-on={each === state}
          activeProps={{ "aria-current": each === state ? "true" : undefined }}
        >
          {t(`inbox.view.${each}`)}
          {each === "new" && waiting !== undefined && <span className={styles.viewCount}>{count(waiting)}</span>}
        </Link>
      ))}
      <div className={styles.viewsTitle}>{t("inbox.byChannel")}</div>
      {([undefined, ...inboxChannels] as const).map((each) => (
        <Link
          key={each ?? "any"}
          {...to}
          search={{ state: search.state, channel: each }}
          className={styles.view}
          data-on={each === channel}
          activeProps={{ "aria-current": each === channel ? "true" : undefined }}
        >
          {t(`inbox.channel.${each ?? "any"}`)}
        </Link>
      ))}
    </nav>
  );
}
