// Who is sent where before shares are asked, and what keeps a caller with a release.
import { useTranslation } from "react-i18next";
import type { Subject } from "../../api/types.ts";
import { share } from "../../format/numbers.ts";
import { Card } from "../../parts/card.tsx";
import { Chip } from "../../parts/chip.tsx";
import table from "../../parts/table.module.css";
import { WideTable } from "../../parts/wide-table.tsx";
import styles from "./releases.module.css";
import { conditionsOf } from "./rule-words.ts";

type Rule = Subject["pick"][number];

function RuleRow({ rule, closed, place }: { rule: Rule; closed: boolean; place: number }) {
  const { t } = useTranslation();
  return (
    <tr className={closed ? styles.off : ""}>
      <td className={`${table.figure} ${table.quiet}`}>{place}</td>
      <td className={`${table.mono} ${styles.wraps}`}>{conditionsOf(rule).join(t("releases.rules.and"))}</td>
      <td className={`${table.mono} ${table.strong}`}>{rule.release}</td>
      <td>{closed && <Chip tone="warn">{t("releases.rules.closed")}</Chip>}</td>
    </tr>
  );
}

function RuleTable({ subject: { pick, releases } }: { subject: Subject }) {
  const { t } = useTranslation();
  const isClosed = (name: string) => releases.some((release) => release.name === name && release.closed);
  return (
    <WideTable label={t("releases.rules.title")}>
      <thead>
        <tr>
          <th className={table.figure}>{t("releases.rules.place")}</th>
          <th>{t("releases.rules.when")}</th>
          <th>{t("releases.rules.goes")}</th>
          <th aria-hidden />
        </tr>
      </thead>
      <tbody>
        {pick.map((rule, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule is what stands at its place
          <RuleRow key={index} rule={rule} closed={isClosed(rule.release)} place={index + 1} />
        ))}
      </tbody>
    </WideTable>
  );
}

function ShadowLine({ shadow }: { shadow: NonNullable<Subject["shadow"]> }) {
  const { t } = useTranslation();
  const values = { share: share(shadow.share), methods: shadow.methods.join(", "), to: shadow.to };
  return <p className={styles.quiet}>{t("releases.rules.shadow", values)}</p>;
}

export function Rules({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  const { pick, sticky, shadow } = subject;
  return (
    <Card title={t("releases.rules.title")} flush>
      {pick.length > 0 && <RuleTable subject={subject} />}
      <div className={styles.words}>
        {pick.length === 0 && <p className={styles.quiet}>{t("releases.rules.none")}</p>}
        <p className={styles.quiet}>{t("releases.rules.sticky", { by: sticky })}</p>
        {shadow && <ShadowLine shadow={shadow} />}
      </div>
    </Card>
  );
}
