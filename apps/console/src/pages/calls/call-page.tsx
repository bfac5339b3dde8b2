// One call: where its time went, what the gateway decided, who spoke about it, what was captured, and the tide around it.
import { Button, CopyButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Fragment, type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { callQuery } from "../../api/reads.ts";
import type { CallDetail } from "../../api/types.ts";
import { milliseconds } from "../../format/numbers.ts";
import { clockMillis, day } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { Chip } from "../../parts/chip.tsx";
import { useOutcome } from "../../parts/outcome.ts";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { spanAround } from "../../parts/span-around.ts";
import { releaseName, shortSubject } from "../../parts/subject.ts";
import { VoiceQuote } from "../../parts/voice.tsx";
import { TidePanel } from "../../tide/tide-panel.tsx";
import styles from "./calls.module.css";
import { Capture } from "./capture.tsx";
import { Decisions } from "./decisions.tsx";
import { isFailure } from "./failure.ts";
import { TimingBar } from "./timing-bar.tsx";

function HeadFacts({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const release = releaseName(call.subject, call.release);
  const today = new Date(call.at).toDateString() === new Date().toDateString();
  const facts: ReactNode[] = [
    today ? clockMillis(call.at) : `${day(call.at)}, ${clockMillis(call.at)}`,
    milliseconds(call.duration_us),
    call.consumer && t("calls.one.consumer", { name: call.consumer }),
    release && (
      <>
        {t("calls.one.release")} <b>{release}</b>
      </>
    ),
    call.upstream && t("calls.one.upstream", { name: call.upstream }),
    t("calls.one.plan", { number: call.plan }),
    <>
      {t("calls.one.reference")} <code title={call.reference}>{shorten(call.reference)}</code>
    </>,
  ].filter(Boolean);
  return (
    <p className={styles.facts}>
      {facts.map((fact, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts have a fixed order
        <Fragment key={index}>
          {index > 0 && " · "}
          {fact}
        </Fragment>
      ))}
    </p>
  );
}

function shorten(reference: string): string {
  return reference.length > 20 ? `${reference.slice(0, 10)}…${reference.slice(-4)}` : reference;
}

function Spoken({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  return (
    <Card title={t("calls.one.spoke")} remark={call.feedback.length || undefined}>
      {call.feedback.length === 0 && <p className={styles.quiet}>{t("calls.one.silent")}</p>}
      <div className={styles.spoken}>
        {call.feedback.map((voice) => (
          <VoiceQuote key={voice.id} voice={voice} />
        ))}
      </div>
      <Capture call={call} />
    </Card>
  );
}

function Body({ call, workspace }: { call: CallDetail; workspace: string }) {
  const { t } = useTranslation();
  const window = useMemo(() => spanAround(call.at, Date.now()), [call.at]);
  return (
    <>
      <div>
        <h2 className={styles.request}>
          {call.method} {call.host}
          {call.path}
          {call.query && <span className={styles.quiet}>?{call.query}</span>}
        </h2>
        <HeadFacts call={call} />
      </div>
      <TimingBar call={call} />
      <div className={styles.two}>
        <Decisions call={call} />
        <Spoken call={call} />
      </div>
      {call.subject && (
        <Card>
          <TidePanel
            workspace={workspace}
            subject={call.subject}
            window={window}
            height={210}
            aside={
              <Link
                className={styles.link}
                to="/w/$workspace/calls"
                params={{ workspace }}
                search={{ subject: call.subject, from: window.from, until: window.until }}
              >
                {t("calls.one.others", { name: shortSubject(call.subject) })}
              </Link>
            }
          />
        </Card>
      )}
    </>
  );
}

function CopyReference({ reference }: { reference: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={reference}>
      {({ copied, copy }) => (
        <Button onClick={copy}>{t(copied ? "calls.one.copied" : "calls.one.copyReference")}</Button>
      )}
    </CopyButton>
  );
}

export function CallPage() {
  const { t } = useTranslation();
  const { workspace, id } = useParams({ from: "/w/$workspace/calls/$id" });
  const call = useQuery(callQuery(workspace, id));
  const outcome = useOutcome();
  return (
    <Page
      crumbs={[t("calls.crumb"), <code key="id">{id}</code>]}
      chips={
        call.data && (
          <Chip tone={isFailure(call.data) ? "bad" : "plain"}>
            {call.data.status} · {outcome(call.data.outcome)}
          </Chip>
        )
      }
      actions={call.data && <CopyReference reference={call.data.reference} />}
    >
      {call.error && !call.data && <ProblemNote error={call.error} onRetry={() => void call.refetch()} />}
      {call.isPending && <Reading />}
      {call.data && <Body call={call.data} workspace={workspace} />}
    </Page>
  );
}
