// Calls that come without encryption, where that is not wanted: refused before anybody looks at their credentials, or sent to the
// same address over https. A call without a host (HTTP/1.0) has no such address.
import { definePolicy, type GivenAnswer, type PolicyCall, type Refusal } from "../policy.ts";

export const plainHttp = definePolicy({
  id: "plain-http",
  about: {
    title: "HTTPS only",
    settings: ["plain_http"],
    guide: "tls.md#the-tls-port",
    elsewhere: {
      kong: "protocols: [https], https_redirect_status_code",
      envoy: "require_tls, https_redirect",
      nginx: "return 308 https://$host$request_uri",
    },
  },
  prepare({ plain_http }) {
    if (plain_http === undefined) return undefined;
    return {
      receive(call) {
        if (call.scheme === "https") return undefined;
        return plain_http === "redirect" && call.host !== "" ? redirectOf(call) : REFUSAL;
      },
    };
  },
});

const REFUSAL: Refusal = { code: "https_required", detail: "This is served over https only." };

/** 308: the method stays (RFC 9110 section 15.4.9). */
function redirectOf({ host, path, query }: PolicyCall): GivenAnswer {
  const location = `https://${host}${path}${query === undefined ? "" : `?${query}`}`;
  return { status: 308, headers: ["location", location], body: "" };
}
