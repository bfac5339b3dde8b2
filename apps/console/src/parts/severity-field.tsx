// Severity 1 to 4, where 1 is the worst.
import { Input, SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";

const severities = [1, 2, 3, 4];

export function SeverityField({ value, onChange }: { value: number; onChange: (severity: number) => void }) {
  const { t } = useTranslation();
  return (
    <Input.Wrapper label={t("inbox.make.severity")}>
      <SegmentedControl
        fullWidth
        size="xs"
        data={severities.map((each) => ({ value: String(each), label: String(each) }))}
        value={String(value)}
        onChange={(chosen) => onChange(Number(chosen))}
      />
    </Input.Wrapper>
  );
}
