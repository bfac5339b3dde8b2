// What an issuer publishes of itself (OpenID Connect Discovery 1.0, section 4).
import { failed, LIMITS, ok, type Result, type WorkspaceName } from "@holdfast/base";
import type { FetchJson } from "@holdfast/net";

type Endpoint = "jwks_uri" | "introspection_endpoint";

/** The address of one of the issuer's endpoints, from its own document. */
export async function discover(
  issuer: string,
  endpoint: Endpoint,
  { workspace, fetchJson }: { workspace: WorkspaceName; fetchJson: FetchJson },
): Promise<Result<string, string>> {
  const document = await fetchJson(workspace, {
    url: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    bytes_max: LIMITS.identity_answer_bytes_max,
    timeout_ms: LIMITS.identity_answer_ms,
  });
  if (!document.ok) return document;
  const published = (document.value ?? {}) as Partial<Record<Endpoint | "issuer", unknown>>;
  // Section 4.3: a document of somebody else proves nothing about this issuer.
  if (published.issuer !== issuer) return failed(`the document of ${issuer} is of another issuer`);
  const url = published[endpoint];
  if (typeof url !== "string" || !URL.canParse(url)) return failed(`${issuer} publishes no ${endpoint}`);
  const { protocol } = new URL(url);
  const downgraded = protocol !== "https:" && protocol !== new URL(issuer).protocol;
  return downgraded ? failed(`the ${endpoint} of ${issuer} is not https`) : ok(url);
}
