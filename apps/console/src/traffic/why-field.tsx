// Why somebody does it: asked before traffic moves, kept with what was done.
import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Props = { why: string; onWhy: (why: string) => void; first?: boolean };

export function WhyField({ why, onWhy, first = false }: Props) {
  const { t } = useTranslation();
  return (
    <Textarea
      label={t("releases.dialog.why")}
      description={t("releases.dialog.whyHint")}
      value={why}
      onChange={(event) => onWhy(event.currentTarget.value)}
      autosize
      minRows={2}
      maxRows={6}
      maxLength={500}
      data-autofocus={first || undefined}
    />
  );
}
