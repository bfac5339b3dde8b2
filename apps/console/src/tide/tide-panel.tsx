// The tide with its question asked, its zoom kept and its marks leading somewhere. This is what pages use.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { subjectsQuery, tideQuery } from "../api/reads.ts";
import type { Tide as TideData, TideSearch } from "../api/types.ts";
import { clock, span as spanWords } from "../format/times.ts";
import { ProblemNote } from "../parts/problem-note.tsx";
import { Reading } from "../parts/reading.tsx";
import { shortSubject } from "../parts/subject.ts";
import type { MarkTarget } from "./marks.tsx";
import type { Span } from "./model/frame.ts";
import { type Line, linesOf, shownFrom } from "./model/lines.ts";
import { TideTable } from "./table.tsx";
import styles from "./tide.module.css";
import { Tide } from "./tide.tsx";

/** The window moves on in steps of this length, so that pages share one answer. */
const tick_ms = 15_000;
/** However little has happened yet, an axis is at least this long. */
const leastWindow_ms = 5 * 60_000;
/** A part of a window is asked for from a whole minute on, so that the question does not change with every answer. */
const narrowStep_ms = 60_000;
export const usualWindow_ms = 75 * 60_000;

type Props = {
  workspace: string;
  subject?: string | undefined;
  /** A window that ends now and moves on, or a fixed one around a moment. */
  window?: { last_ms: number } | Span;
  height?: number;
  head?: ReactNode;
  /** Stands at the end of the head, after the panel's own buttons. */
  aside?: ReactNode;
};

/** The span to ask for: rounded, so that a moving window asks once each tick. */
function useSpan(window: { last_ms: number } | Span): Span | { from: number } {
  const [now, setNow] = useState(() => Date.now());
  const moving = "last_ms" in window;
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => setNow(Date.now()), tick_ms);
    return () => clearInterval(timer);
  }, [moving]);
  if (!moving) return window;
  return { from: Math.floor(now / tick_ms) * tick_ms - window.last_ms };
}

function useOpen(workspace: string): (target: MarkTarget) => void {
  const navigate = useNavigate();
  return useCallback(
    (target) => {
      const params = { workspace };
      if (target.kind === "voice") {
        void navigate({ to: "/w/$workspace/inbox", params, search: { state: "all", id: target.voice.id } });
      } else if (target.change.kind === "action") {
        const subject = target.change.subject ?? undefined;
        void navigate({ to: "/w/$workspace/releases", params, search: { subject } });
      } else void navigate({ to: "/w/$workspace/settings", params });
    },
    [navigate, workspace],
  );
}

/** What is drawn: the window, or where little has happened yet, the part of it that has something, asked for more finely. */
function useTideData(workspace: string, query: TideSearch, zoomed: boolean) {
  const whole = useQuery(tideQuery(workspace, query));
  const from = whole.data && !zoomed ? shownFrom(whole.data, leastWindow_ms) : undefined;
  const young = from !== undefined && whole.data !== undefined && from > whole.data.from;
  const asked = Math.floor((from ?? 0) / narrowStep_ms) * narrowStep_ms;
  const part = useQuery({ ...tideQuery(workspace, { ...query, from: asked }), enabled: young });
  return { error: whole.error, refetch: whole.refetch, data: young ? part.data : whole.data };
}

function useTide({ workspace, subject, window = { last_ms: usualWindow_ms } }: Props) {
  const [zoom, setZoom] = useState<Span>();
  const span = useSpan(window);
  const tide = useTideData(workspace, { ...(subject ? { subject } : {}), ...(zoom ?? span) }, zoom !== undefined);
  const subjects = useQuery(subjectsQuery(workspace));
  const shown = tide.data?.subject ?? subject;
  const baseline = subjects.data?.find((each) => each.subject === shown)?.rollback?.against;
  const lines = useMemo(() => tide.data && linesOf(tide.data, baseline), [tide.data, baseline]);
  return { tide, lines, zoom, setZoom };
}

type BarProps = { zoom: Span | undefined; onReset: () => void; table: boolean; onTable: () => void; aside: ReactNode };

function TideBar({ zoom, onReset, table, onTable, aside }: BarProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.bar}>
      {zoom && (
        <button type="button" className={styles.barButton} onClick={onReset}>
          {t("tide.zoomed", {
            from: clock(zoom.from),
            until: clock(zoom.until),
            span: spanWords(zoom.until - zoom.from),
          })}
        </button>
      )}
      <button type="button" className={styles.barButton} aria-pressed={table} onClick={onTable}>
        {table ? t("tide.asDrawing") : t("tide.asTable")}
      </button>
      {aside}
    </div>
  );
}

/** Without words of the page's own, the panel says whose tide it is. */
function UsualHead({ tide }: { tide: TideData | undefined }) {
  const { t } = useTranslation();
  if (!tide) return null;
  return <b>{tide.subject === null ? t("tide.quiet") : t("tide.byRelease", { name: shortSubject(tide.subject) })}</b>;
}

export function TidePanel(props: Props) {
  const { height = 210, head, aside } = props;
  const { t } = useTranslation();
  const { tide, lines, zoom, setZoom } = useTide(props);
  const open = useOpen(props.workspace);
  const [table, setTable] = useState(false);
  const nameOf = useCallback(
    (line: Line) => {
      const name = `${shortSubject(line.subject)}@${line.release}`;
      return line.role === "candidate" ? t("tide.lineErrors", { name }) : name;
    },
    [t],
  );
  return (
    <div>
      <div className={styles.head}>
        <div className={styles.headWords}>{head ?? <UsualHead tide={tide.data} />}</div>
        <TideBar
          zoom={zoom}
          onReset={() => setZoom(undefined)}
          table={table}
          onTable={() => setTable(!table)}
          aside={aside}
        />
      </div>
      {tide.error && !tide.data && <ProblemNote error={tide.error} onRetry={() => void tide.refetch()} />}
      {!tide.data && !tide.error && <Reading height={height} />}
      {tide.data && lines && table && <TideTable tide={tide.data} lines={lines} height={height} />}
      {tide.data && lines && !table && (
        <Tide tide={tide.data} lines={lines} height={height} nameOf={nameOf} onOpen={open} onZoom={setZoom} />
      )}
    </div>
  );
}
