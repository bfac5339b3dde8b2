// Headers for the collector, written as in OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`, values percent-encoded. A problem
// names the header and never its value.
import { failed, ok, type Result } from "@holdfast/base";

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** Visible characters and blanks between them (RFC 9110 section 5.5). */
const VALUE = /^[!-~]([ \t!-~]*[!-~])?$/;
/** Said by the exporter itself, or by HTTP. */
const OURS = new Set(["connection", "content-encoding", "content-length", "content-type", "host", "transfer-encoding"]);

/** Names come out in lower case. */
export function parseOtlpHeaders(text: string): Result<Record<string, string>, string> {
  const headers: Record<string, string> = {};
  for (const written of text.split(",").flatMap((part) => part.trim() || [])) {
    const at = written.indexOf("=");
    if (at < 1) return failed("expected name=value, with commas between");
    const name = written.slice(0, at).trim().toLowerCase();
    const value = decoded(written.slice(at + 1).trim());
    if (!NAME.test(name)) return failed("has a name that no header can have");
    if (OURS.has(name)) return failed(`${name} cannot be set: it is part of how spans are sent`);
    if (value === undefined || !VALUE.test(value))
      return failed(`the value of ${name} is not a header value, percent-encoded`);
    headers[name] = value;
  }
  return ok(headers);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
