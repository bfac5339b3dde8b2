// ⌘K: every page, the newest issues, and whatever looks like the id of a call.
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from "@mantine/spotlight";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { issuesQuery } from "../api/reads.ts";
import { places } from "./places.ts";

const recent_issues = 30;
/** Call ids are UUIDs; a fragment of one leads nowhere. */
const callId = /^[0-9a-f]{8}-[0-9a-f-]{20,}$/i;

export function openPalette(): void {
  spotlight.open();
}

function useIssueActions(workspace: string): SpotlightActionData[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const issues = useInfiniteQuery(issuesQuery(workspace, { state: "open" }));
  const items = issues.data?.pages.flatMap((page) => page.items) ?? [];
  return items.slice(0, recent_issues).map((issue) => ({
    id: `issue ${issue.id}`,
    label: t("palette.issue", { number: issue.number, title: issue.title }),
    description: `${t("severity", { severity: issue.severity })} · ${t(`status.${issue.status}`)}`,
    onClick: () => void navigate({ to: "/w/$workspace/issues/$id", params: { workspace, id: issue.id } }),
  }));
}

export function Palette({ workspace, onHelp }: { workspace: string; onHelp: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const issues = useIssueActions(workspace);
  const pages: SpotlightActionData[] = places.map((place) => ({
    id: place.name,
    label: t(`nav.${place.name}`),
    onClick: () => void navigate({ to: place.to, params: { workspace } }),
  }));
  pages.push({ id: "help", label: t("help.open"), onClick: onHelp });
  const groups: SpotlightActionGroupData[] = [
    { group: t("palette.pages"), actions: pages },
    { group: t("palette.issues"), actions: issues },
  ];
  const id = query.trim();
  if (callId.test(id)) {
    const open = () => void navigate({ to: "/w/$workspace/calls/$id", params: { workspace, id } });
    groups.unshift({ group: t("palette.calls"), actions: [{ id, label: t("palette.call", { id }), onClick: open }] });
  }
  return (
    <Spotlight
      actions={groups}
      shortcut={["mod + K"]}
      query={query}
      onQueryChange={setQuery}
      nothingFound={t("palette.nothing")}
      limit={12}
      lockScroll={false}
      highlightQuery={false}
      overlayProps={{ color: "var(--veil)" }}
      searchProps={{ placeholder: t("palette.placeholder"), "aria-label": t("palette.name") }}
    />
  );
}
