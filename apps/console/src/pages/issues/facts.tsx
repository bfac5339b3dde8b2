// What is known of an issue, and who has it.
import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { peopleQuery } from "../../api/reads.ts";
import type { IssueDetail } from "../../api/types.ts";
import { count } from "../../format/numbers.ts";
import { moment } from "../../format/times.ts";
import { releaseName } from "../../parts/subject.ts";
import styles from "./issues.module.css";
import { useIssueChange } from "./use-issue-change.ts";

type Props = { issue: IssueDetail; workspace: string };

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function OwnerMenu({ issue, workspace }: Props) {
  const { t } = useTranslation();
  const people = useQuery(peopleQuery(workspace));
  const { give } = useIssueChange(issue, workspace);
  return (
    <Menu position="bottom-start" width={200}>
      <Menu.Target>
        <Button className={styles.assign}>{t("issues.facts.assign")}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {people.data?.map((person) => (
          <Menu.Item key={person.id} onClick={() => give(person)}>
            {person.name}
          </Menu.Item>
        ))}
        {issue.owner && <Menu.Item onClick={() => give(null)}>{t("issues.facts.release")}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}

function Heard({ issue }: { issue: IssueDetail }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2 className={styles.small}>{t("issues.facts.heard")}</h2>
      <div className={styles.heard}>
        <b className={styles.voices}>{count(issue.voices)}</b> {t("issues.facts.wrote")}
        <b className={styles.calls}>{count(issue.findings.length)}</b>{" "}
        {t("issues.facts.findings", { count: issue.findings.length })}
      </div>
    </section>
  );
}

export function Facts({ issue, workspace }: Props) {
  const { t } = useTranslation();
  const where = releaseName(issue.subject, issue.release);
  return (
    <aside className={styles.facts} aria-label={t("issues.facts.facts")}>
      <Heard issue={issue} />
      <section>
        <h2 className={styles.small}>{t("issues.facts.facts")}</h2>
        <dl>
          <Fact name={t("issues.facts.owner")}>{issue.owner?.name ?? t("nobody")}</Fact>
          <Fact name={t("issues.facts.status")}>{t(`status.${issue.status}`)}</Fact>
          <Fact name={t("issues.facts.severity")}>{issue.severity}</Fact>
          {issue.category && <Fact name={t("issues.facts.category")}>{t(`category.${issue.category}`)}</Fact>}
          {where && issue.subject && (
            <Fact name={t("issues.facts.where")}>
              <Link
                className={styles.link}
                to="/w/$workspace/releases"
                params={{ workspace }}
                search={{ subject: issue.subject }}
              >
                {where}
              </Link>
            </Fact>
          )}
          <Fact name={t("issues.facts.opened")}>{moment(issue.created_at)}</Fact>
        </dl>
      </section>
      <OwnerMenu issue={issue} workspace={workspace} />
      {issue.reason && (
        <section>
          <h2 className={styles.small}>{t("issues.facts.reason", { status: t(`status.${issue.status}`) })}</h2>
          <p>{issue.reason}</p>
        </section>
      )}
      {issue.fingerprint && (
        <section>
          <h2 className={styles.small}>{t("issues.facts.fingerprint")}</h2>
          <code className={styles.fingerprint}>{issue.fingerprint}</code>
        </section>
      )}
    </aside>
  );
}
