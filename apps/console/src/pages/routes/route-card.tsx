// One route in full: which requests it takes, and how far it is in its life.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RouteView } from "../../api/types.ts";
import { share } from "../../format/numbers.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { Switch } from "../../traffic/switch.tsx";
import styles from "./routes.module.css";
import { Serving } from "./serving.tsx";

function Fact({ name, mono = false, children }: { name: string; mono?: boolean; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd className={mono ? styles.mono : ""}>{children}</dd>
    </div>
  );
}

function BrownOuts({ brown_outs }: Pick<RouteView, "brown_outs">) {
  const { t } = useTranslation();
  return (
    <Fact name={t("routes.detail.brownOuts")}>
      {brown_outs.map(({ from, until, share: part }) => (
        <div key={from}>
          {t("routes.detail.brownOut", { from: moment(from), until: moment(until), share: share(part) })}
        </div>
      ))}
    </Fact>
  );
}

function Life({ route }: { route: RouteView }) {
  const { t } = useTranslation();
  const { deprecated_at, sunset_at, retires, successor, brown_outs } = route;
  return (
    <>
      {deprecated_at !== null && (
        <Fact name={t(deprecated_at > Date.now() ? "routes.detail.willDeprecate" : "routes.detail.deprecated")}>
          {moment(deprecated_at)}
        </Fact>
      )}
      {sunset_at !== null && (
        <Fact name={t("routes.detail.sunset")}>
          {retires ? t("routes.detail.retires", { when: moment(sunset_at) }) : moment(sunset_at)}
        </Fact>
      )}
      {successor !== null && (
        <Fact name={t("routes.detail.successor")} mono>
          {successor}
        </Fact>
      )}
      {brown_outs.length > 0 && <BrownOuts brown_outs={brown_outs} />}
    </>
  );
}

function Match({ route: { hosts, paths, methods, conditions } }: { route: RouteView }) {
  const { t } = useTranslation();
  return (
    <>
      <Fact name={t("routes.detail.hosts")} mono={hosts.length > 0}>
        {hosts.length > 0 ? hosts.join(", ") : t("routes.anyHost")}
      </Fact>
      <Fact name={t("routes.detail.paths")} mono>
        {paths.join(", ")}
      </Fact>
      <Fact name={t("routes.detail.methods")}>{methods ? methods.join(", ") : t("routes.detail.allMethods")}</Fact>
      {conditions.length > 0 && (
        <Fact name={t("routes.detail.conditions")} mono>
          {conditions.map((condition) => (
            <div key={condition}>{condition}</div>
          ))}
        </Fact>
      )}
    </>
  );
}

export function RouteCard({ route, workspace }: { route: RouteView; workspace: string }) {
  const { t } = useTranslation();
  const { name, answers } = route;
  return (
    <Card title={name} remark={t(`routes.answers.${answers.by}`, { what: answers.what })}>
      <dl className={styles.facts}>
        <Match route={route} />
        <Fact name={t("routes.detail.state")}>
          <Serving route={route} />
        </Fact>
        <Life route={route} />
      </dl>
      <div className={styles.lever}>
        <Switch of={route} workspace={workspace} />
      </div>
    </Card>
  );
}
