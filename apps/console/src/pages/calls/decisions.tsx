// What the gateway decided about a call, step by step, in its own terms and in words.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CallDetail } from "../../api/types.ts";
import { count, dollars, milliseconds } from "../../format/numbers.ts";
import { Card } from "../../parts/card.tsx";
import { useOutcome } from "../../parts/outcome.ts";
import table from "../../parts/table.module.css";
import { useWorkspace } from "../../parts/workspace.ts";
import styles from "./calls.module.css";

function Row({ name, what, why }: { name: string; what: ReactNode; why: ReactNode }) {
  return (
    <tr>
      <td className={table.quiet}>{name}</td>
      <td className={table.mono}>{what}</td>
      <td className={`${table.quiet} ${table.wide}`}>{why}</td>
    </tr>
  );
}

function AiRows({ ai }: { ai: NonNullable<CallDetail["ai"]> }) {
  const { t } = useTranslation();
  const target = [ai.provider, ai.provider_model].filter(Boolean).join("/");
  const tokens = t("calls.one.tokens", { input: count(ai.input_tokens ?? 0), output: count(ai.output_tokens ?? 0) });
  return (
    <>
      <Row
        name={t("calls.one.model")}
        what={target || ai.model}
        why={t("calls.one.attempts", { count: ai.attempts })}
      />
      <Row
        name={t("calls.one.cost")}
        what={ai.cost_nano_usd === null ? "–" : dollars(ai.cost_nano_usd)}
        why={ai.cost_nano_usd === null ? `${tokens}; ${t("calls.one.noPrice")}` : tokens}
      />
      {ai.first_token_us !== null && (
        <Row name={t("calls.one.firstToken")} what={milliseconds(ai.first_token_us)} why={ai.finish_reason} />
      )}
    </>
  );
}

export function Decisions({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const outcome = useOutcome();
  const answered =
    call.upstream_status === null ? t("calls.one.noAnswer") : t("calls.one.answered", { status: call.upstream_status });
  return (
    <Card title={t("calls.one.decided")} flush>
      <div className={table.scroll}>
        <table className={table.table}>
          <tbody>
            <Row
              name={t("calls.one.matched")}
              what={call.subject ?? "–"}
              why={call.subject ? t("calls.one.ofPlan", { number: call.plan }) : t("calls.one.noRoute")}
            />
            <Row
              name={t("calls.one.access")}
              what={call.consumer ?? "–"}
              why={t(call.consumer ? "calls.one.byKey" : "calls.one.publicCall")}
            />
            <Row
              name={t("calls.one.release")}
              what={call.release ?? "–"}
              why={
                call.subject && (
                  <Link
                    className={styles.link}
                    to="/w/$workspace/releases"
                    params={{ workspace }}
                    search={{ subject: call.subject }}
                  >
                    {t("calls.one.seeReleases")}
                  </Link>
                )
              }
            />
            <Row name={t("calls.one.upstreamWord")} what={call.upstream ?? "–"} why={call.upstream && answered} />
            {call.ai && <AiRows ai={call.ai} />}
            <Row
              name={t("calls.one.outcome")}
              what={call.outcome}
              why={call.error_origin ? t(`calls.origin.${call.error_origin}`) : outcome(call.outcome)}
            />
          </tbody>
        </table>
      </div>
    </Card>
  );
}
