// Routes: where the gateway can be called, whether it answers there, and who still calls what is on its way out.
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { routesQuery } from "../../api/reads.ts";
import type { RouteView } from "../../api/types.ts";
import { useListKeys } from "../../keys/list.ts";
import { Answer, Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { useWorkspace } from "../../parts/workspace.ts";
import { CallersCard } from "./callers-card.tsx";
import { RouteCard } from "./route-card.tsx";
import { isClosed } from "./route-words.ts";
import styles from "./routes.module.css";
import { RoutesTable } from "./routes-table.tsx";

const NAMED_MAX = 3;

function namesOf(routes: RouteView[]): string {
  const names = routes.slice(0, NAMED_MAX).map(({ name }) => name);
  return [...names, ...(routes.length > NAMED_MAX ? ["…"] : [])].join(", ");
}

function Summary({ routes }: { routes: RouteView[] }) {
  const { t } = useTranslation();
  if (routes.length === 0) return <Answer title={t("routes.answer.none")} />;
  const closed = routes.filter(isClosed);
  const leaving = routes.filter(({ state }) => state === "deprecated");
  const served = routes.filter(({ serving }) => serving === "served").length;
  const title =
    closed.length === 0
      ? t("routes.answer.served", { count: served })
      : t("routes.answer.closed", { count: closed.length, all: routes.length, names: namesOf(closed) });
  return (
    <Answer title={title}>
      {leaving.length > 0 && t("routes.answer.leaving", { count: leaving.length, names: namesOf(leaving) })}
    </Answer>
  );
}

export function RoutesPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const search = useSearch({ from: "/w/$workspace/routes" });
  const navigate = useNavigate({ from: "/w/$workspace/routes" });
  const routes = useQuery(routesQuery(workspace));
  const all = routes.data ?? [];
  const chosen =
    all.find(({ name }) => name === search.route) ?? all.find(({ state }) => state === "deprecated") ?? all[0];
  const select = (route: string) => void navigate({ search: { route }, replace: true });
  useListKeys({ ids: all.map(({ name }) => name), selected: chosen?.name, onSelect: select });
  return (
    <Page crumbs={[t("nav.routes"), chosen?.name ?? ""]}>
      {routes.error && !routes.data && <ProblemNote error={routes.error} onRetry={() => void routes.refetch()} />}
      {routes.isPending && <Reading />}
      {routes.data && <Summary routes={all} />}
      {chosen && <RoutesTable routes={all} selected={chosen.name} onSelect={select} />}
      {chosen && (
        <div className={styles.one}>
          <RouteCard key={`${chosen.name} facts`} route={chosen} workspace={workspace} />
          <CallersCard key={chosen.name} route={chosen} workspace={workspace} />
        </div>
      )}
    </Page>
  );
}
