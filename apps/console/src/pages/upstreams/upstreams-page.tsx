// Upstreams: which addresses take calls, which do not and why, and how busy each is.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { upstreamsQuery } from "../../api/reads.ts";
import type { Upstream } from "../../api/types.ts";
import { Answer, Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { useWorkspace } from "../../parts/workspace.ts";
import { hostOf, isOut, sortUpstreams } from "./upstream-words.ts";
import { UpstreamsTable } from "./upstreams-table.tsx";

const NAMED_MAX = 3;

function Summary({ upstreams }: { upstreams: Upstream[] }) {
  const { t } = useTranslation();
  if (upstreams.length === 0) return <Answer title={t("upstreams.answer.none")} />;
  const out = upstreams.filter(({ state }) => isOut(state));
  const unwatched = upstreams.filter(({ state }) => state === "unwatched").length;
  const shown = out.slice(0, NAMED_MAX).map(({ url }) => hostOf(url));
  const names = [...shown, ...(out.length > NAMED_MAX ? ["…"] : [])].join(", ");
  const title =
    out.length === 0
      ? t("upstreams.answer.well", { count: upstreams.length })
      : t("upstreams.answer.out", { count: out.length, all: upstreams.length, names });
  return <Answer title={title}>{unwatched > 0 && t("upstreams.answer.unwatched", { count: unwatched })}</Answer>;
}

export function UpstreamsPage() {
  const { t } = useTranslation();
  const upstreams = useQuery(upstreamsQuery(useWorkspace()));
  return (
    <Page crumbs={[t("nav.upstreams")]}>
      {upstreams.error && !upstreams.data && (
        <ProblemNote error={upstreams.error} onRetry={() => void upstreams.refetch()} />
      )}
      {upstreams.isPending && <Reading />}
      {upstreams.data && <Summary upstreams={upstreams.data} />}
      {upstreams.data && upstreams.data.length > 0 && <UpstreamsTable upstreams={sortUpstreams(upstreams.data)} />}
    </Page>
  );
}
