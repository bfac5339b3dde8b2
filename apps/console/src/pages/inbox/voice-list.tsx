// The list of voices: what was said, by whom, and whether a call of it failed.
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Feedback } from "../../api/types.ts";
import { age } from "../../format/times.ts";
import { VoiceMark } from "../../parts/mark.tsx";
import { pageName } from "../../parts/page-name.ts";
import { titleOf } from "../../parts/voice-title.ts";
import styles from "./inbox.module.css";
import type { InboxSearch } from "./search.ts";

type Props = {
  voices: Feedback[];
  selected: string | undefined;
  state: NonNullable<InboxSearch["state"]>;
  onSelect: (id: string) => void;
  onMore?: () => void;
};

function CallsWord({ voice }: { voice: Feedback }) {
  const { t } = useTranslation();
  const found = voice.calls.filter((call) => call.found);
  if (voice.calls.length === 0) return null;
  if (found.some((call) => call.failed)) return <span className={styles.calls}>{t("inbox.calls.failed")}</span>;
  if (found.length === 0) return <span className={styles.waiting}>{t("inbox.calls.missing")}</span>;
  return <span className={styles.calls}>{t("inbox.calls.ok", { count: found.length })}</span>;
}

function VoiceRow({ voice, selected, onSelect }: { voice: Feedback; selected: boolean; onSelect: () => void }) {
  const { t } = useTranslation();
  const failed = voice.calls.some((call) => call.failed);
  const rest = [voice.reporter_name ?? t("voice.anonymous"), voice.page ? pageName(voice.page) : undefined]
    .filter(Boolean)
    .join(" · ");
  return (
    <li data-row={voice.id}>
      <button type="button" className={styles.row} aria-current={selected} onClick={onSelect}>
        <VoiceMark failed={failed} label={t(failed ? "inbox.mark.failed" : "inbox.mark.plain")} />
        <span className={styles.rowWords}>
          <span className={styles.rowTitle}>{titleOf(voice.message)}</span>
          <span className={styles.rowFacts}>
            <span className={styles.channel}>
              {voice.rating === null
                ? t(`channel.${voice.channel}`)
                : `${t(`channel.${voice.channel}`)} ${voice.rating}/5`}
            </span>
            {" · "}
            {rest}
          </span>
        </span>
        <span className={styles.rowEnd}>
          <span className={styles.rowAge}>{age(voice.created_at)}</span>
          <CallsWord voice={voice} />
        </span>
      </button>
    </li>
  );
}

export function VoiceList({ voices, selected, state, onSelect, onMore }: Props) {
  const { t } = useTranslation();
  if (voices.length === 0)
    return <p className={styles.empty}>{t(state === "new" ? "inbox.empty" : "inbox.emptyElse")}</p>;
  return (
    <>
      <ul>
        {voices.map((voice) => (
          <VoiceRow key={voice.id} voice={voice} selected={voice.id === selected} onSelect={() => onSelect(voice.id)} />
        ))}
      </ul>
      {onMore && (
        <div className={styles.moreRow}>
          <Button onClick={onMore}>{t("more")}</Button>
        </div>
      )}
    </>
  );
}
