// Headers and bodies as they were captured, scrubbed; or the plain word that capture was off.
import { useTranslation } from "react-i18next";
import type { CallDetail } from "../../api/types.ts";
import styles from "./calls.module.css";

type Headers = string[][] | null;

function Message({
  title,
  line,
  headers,
  body,
}: {
  title: string;
  line: string;
  headers: Headers;
  body: string | null;
}) {
  if (headers === null && body === null) return null;
  const head = (headers ?? []).map(([name, value]) => `${name}: ${value}`).join("\n");
  return (
    <>
      <h3 className={styles.captureTitle}>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className={styles.capture} tabIndex={0}>
        {[line, head, body === null ? undefined : `\n${body}`]
          .filter((part) => part !== undefined && part !== "")
          .join("\n")}
      </pre>
    </>
  );
}

export function Capture({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const capture = call.capture;
  const none =
    capture === null ||
    [capture.request_headers, capture.response_headers, capture.request_body, capture.response_body].every(
      (part) => part === null,
    );
  if (none) return <p className={styles.captureOff}>{t("calls.one.notCaptured")}</p>;
  return (
    <section aria-label={t("calls.one.captured")}>
      <Message
        title={t("calls.one.answer")}
        line={`HTTP ${call.status}`}
        headers={capture.response_headers}
        body={capture.response_body}
      />
      <Message
        title={t("calls.one.request")}
        line={`${call.method} ${call.path}`}
        headers={capture.request_headers}
        body={capture.request_body}
      />
      <p className={styles.captureOff}>
        {t("calls.one.scrubbed")}
        {capture.cut && ` · ${t("calls.one.cut")}`}
      </p>
    </section>
  );
}
