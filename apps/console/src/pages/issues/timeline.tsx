// What happened, newest first, and a place to note what one sees.
import { Button, Textarea } from "@mantine/core";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { noteIssue } from "../../api/acts.ts";
import { useRefresh } from "../../api/refresh.ts";
import type { IssueDetail, IssueEvent } from "../../api/types.ts";
import { moment, span, withTimes } from "../../format/times.ts";
import { useKeys } from "../../keys/keyboard.tsx";
import { KeyCap } from "../../parts/chip.tsx";
import { useUndo } from "../../parts/undo.tsx";
import { groupEvents } from "./group-events.ts";
import styles from "./issues.module.css";

type Props = { issue: IssueDetail; workspace: string };

/** Voices violet, findings sea green, changes an ink square, everything else a quiet dot. */
function EventMark({ kind }: { kind: IssueEvent["kind"] }) {
  return <span className={`${styles.eventMark} ${styles[`event_${kind}`] ?? ""}`} aria-hidden />;
}

function Event({ event }: { event: IssueEvent }) {
  const { t } = useTranslation();
  return (
    <li className={styles.event}>
      <time className={styles.eventTime}>{moment(event.at)}</time>
      <EventMark kind={event.kind} />
      <div className={styles.eventWords}>
        <p>{withTimes(event.text)}</p>
        <p className={styles.eventFacts}>
          {t(`issues.kind.${event.kind}`)} · {event.actor.name}
        </p>
      </div>
    </li>
  );
}

function Composer({ issue, workspace }: Props) {
  const { t } = useTranslation();
  const { did, failed } = useUndo();
  const refresh = useRefresh(workspace);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useKeys([{ keys: "n", label: t("issues.act.note"), run: () => field.current?.focus() }]);
  function note(): void {
    if (text.trim() === "" || busy) return;
    setBusy(true);
    noteIssue(workspace, issue.id, text.trim())
      .then(() => {
        setText("");
        did({ said: t("issues.did.noted") });
        refresh("issues");
      }, failed)
      .finally(() => setBusy(false));
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) note();
    if (event.key === "Escape") field.current?.blur();
  }
  return (
    <div className={styles.composer}>
      <div className={styles.composerHead}>
        <b>{t("issues.timeline.note")}</b> <KeyCap>N</KeyCap>
      </div>
      <Textarea
        ref={field}
        aria-label={t("issues.timeline.note")}
        placeholder={t("issues.timeline.placeholder")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        rows={2}
        maxLength={2000}
      />
      <div className={styles.composerEnd}>
        <Button onClick={note} loading={busy} disabled={text.trim() === ""} rightSection={<KeyCap>⌘↵</KeyCap>}>
          {t("issues.timeline.send")}
        </Button>
      </div>
    </div>
  );
}

/** The newest of them is quoted; the others open on demand. */
function VoicesEvent({ events }: { events: IssueEvent[] }) {
  const { t } = useTranslation();
  const [newest] = events;
  const oldest = events.at(-1);
  if (!newest || !oldest) return null;
  return (
    <li className={styles.event}>
      <time className={styles.eventTime}>{moment(newest.at)}</time>
      <EventMark kind="voice" />
      <details className={styles.eventWords}>
        <summary>
          {t("issues.timeline.voices", { count: events.length, span: span(newest.at - oldest.at) })}
          <span className={styles.eventFacts}>{withTimes(newest.text)}</span>
        </summary>
        <ul className={styles.eventMore}>
          {events.slice(1).map((event) => (
            <li key={event.id}>
              <time className={styles.eventTime}>{moment(event.at)}</time> {withTimes(event.text)}
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}

export function Timeline({ issue, workspace }: Props) {
  const { t } = useTranslation();
  return (
    <section className={styles.timeline} aria-label={t("issues.timeline.title")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <ol className={styles.events} tabIndex={0}>
        {issue.events.length === 0 && <li className={styles.quiet}>{t("issues.timeline.empty")}</li>}
        {groupEvents(issue.events).map((entry) =>
          entry.kind === "voices" ? (
            <VoicesEvent key={entry.events.at(-1)?.id} events={entry.events} />
          ) : (
            <Event key={entry.event.id} event={entry.event} />
          ),
        )}
      </ol>
      <Composer issue={issue} workspace={workspace} />
    </section>
  );
}
