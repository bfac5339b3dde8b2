// Severity as a word with its figure; only 1 and 2 have a colour.
import { useTranslation } from "react-i18next";
import { Chip } from "./chip.tsx";

export function SeverityChip({ severity, short = false }: { severity: number; short?: boolean }) {
  const { t } = useTranslation();
  const tone = severity === 1 ? "bad" : severity === 2 ? "warn" : "plain";
  return <Chip tone={tone}>{t(short ? "severityShort" : "severity", { severity })}</Chip>;
}
