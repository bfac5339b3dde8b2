// Requests signed after RFC 9421, through a real gateway.
import { createHash, createHmac } from "node:crypto";
import type { PlanScheme } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { open, rules } from "../../tests/gateway/access-routes.ts";
import { closeAll } from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("a signed request (RFC 9421)", () => {
  const SECRET = "a secret of at least thirty-two characters";
  const partner: PlanScheme = {
    kind: "hmac",
    name: "partner",
    keys: { "key-1": { secret: SECRET, scopes: ["orders.write"] } },
    age_ms: 60_000,
    clock_skew_ms: 5_000,
    body_bytes_max: 1024,
  };
  const digestOf = (body: string) => `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;

  type Signing = { components?: string; parameters?: string; secret?: string; body?: string; now_ms?: number };

  /** Headers that sign `POST /orders/1?a=1`, written by hand from the text of the standard. */
  function sign(signing: Signing = {}): string[] {
    const {
      components = '"@method" "@authority" "@path" "@query" "content-digest"',
      secret = SECRET,
      body = "hi",
    } = signing;
    const created = Math.floor((signing.now_ms ?? Date.now()) / 1000);
    const input = `(${components});created=${created};${signing.parameters ?? 'keyid="key-1";alg="hmac-sha256"'}`;
    const values: Record<string, string> = {
      "@method": "POST",
      "@authority": "shop.example.com",
      "@path": "/orders/1",
      "@query": "?a=1",
      "@target-uri": "http://shop.example.com/orders/1?a=1",
      "@request-target": "/orders/1?a=1",
      "content-digest": digestOf(body),
    };
    const covered = components.match(/"[^"]+"/g) ?? [];
    const lines = [...covered.map((name) => `${name}: ${values[name.slice(1, -1)]}`), `"@signature-params": ${input}`];
    const signature = createHmac("sha256", secret).update(lines.join("\n")).digest("base64");
    return [`Content-Digest: ${digestOf(body)}`, `Signature-Input: sig1=${input}`, `Signature: sig1=:${signature}:`];
  }

  const LINE = "POST /orders/1?a=1";
  const withBody = (headers: string[]) => [...headers, "Content-Length: 2"];

  test.each([
    ["part by part", {}],
    ["by its whole address", { components: '"content-digest" "@target-uri" "@method"' }],
    ["by its target", { components: '"@method" "@authority" "@request-target" "content-digest"' }],
    ["with a nonce", { parameters: 'keyid="key-1";nonce="abc"' }],
  ])("passes, covered %s; the signature goes no further", async (_, signing) => {
    const { call } = await open({ access: rules(partner) });
    const { status, seen } = await call(LINE, withBody(sign(signing)), "hi");
    expect(status).toBe(200);
    expect(seen.body).toBe("hi");
    expect(seen.headers).toMatchObject({ "x-consumer": "key-1", "x-authenticated-scope": "orders.write" });
    expect(seen.headers).not.toHaveProperty("signature");
    expect(seen.headers).not.toHaveProperty("signature-input");
  });

  test.each([
    [
      "method not covered",
      sign({ components: '"@authority" "@path" "@query" "content-digest"' }),
      "does not cover @method",
    ],
    [
      "query not covered",
      sign({ components: '"@method" "@authority" "@path" "content-digest"' }),
      "does not cover @query",
    ],
    ["body not covered", sign({ components: '"@method" "@target-uri"' }), "does not cover content-digest"],
    ["another secret", sign({ secret: "not the secret" }), "not valid"],
    ["an unknown key", sign({ parameters: 'keyid="key-9"' }), "not valid"],
    ["no key", sign({ parameters: 'nonce="abc"' }), "no keyid"],
    ["another algorithm", sign({ parameters: 'keyid="key-1";alg="rsa-v1_5-sha256"' }), "hmac-sha256"],
    ["too old", sign({ now_ms: Date.now() - 70_000 }), "too old"],
    ["from the future", sign({ now_ms: Date.now() + 70_000 }), "future"],
    [
      "expired by its own word",
      sign({ parameters: `keyid="key-1";expires=${Math.floor(Date.now() / 1000) - 20}` }),
      "expired",
    ],
    [
      "no form that is read",
      ["Signature: sig1=:AAAA:", 'Signature-Input: sig1=("@query-param";name="a");created=1'],
      "form",
    ],
    ["half of it", ["Signature: sig1=:AAAA:"], "form"],
    ["a component twice", sign({ components: '"@method" "@target-uri" "content-digest" "@method"' }), "twice"],
  ])("%s is refused", async (_, headers, because) => {
    const { call } = await open({ access: rules(partner) });
    const answer = await call(LINE, withBody(headers), "hi");
    expect(answer.status).toBe(401);
    expect(answer.body).toContain(because);
    expect(answer.header("www-authenticate")).toBe('Signature realm="holdfast"');
    expect(answer.header("accept-signature")).toContain('"content-digest"');
  });

  test.each([
    ["another path", "POST /orders/2?a=1", "hi"],
    ["another query", "POST /orders/1?a=2", "hi"],
    ["another method", "PUT /orders/1?a=1", "hi"],
    ["another body", LINE, "ho"],
  ])("%s than was signed is refused", async (_, line, body) => {
    const { call, record } = await open({ access: rules(partner) });
    expect((await call(line, withBody(sign()), body)).status).toBe(401);
    expect(await record()).toMatchObject({ outcome: "credentials_invalid", attempts: 0 });
  });

  test("is taken once; with another nonce again", async () => {
    const { call } = await open({ access: rules(partner) });
    const headers = withBody(sign({ parameters: 'keyid="key-1";nonce="one"' }));
    expect((await call(LINE, headers, "hi")).status).toBe(200);
    const again = await call(LINE, headers, "hi");
    expect(again.status).toBe(401);
    expect(again.body).toContain("used before");
    // Signed anew, but with a nonce that was there already.
    expect((await call(LINE, withBody(sign({ parameters: 'nonce="one";keyid="key-1"' })), "hi")).status).toBe(401);
    expect((await call(LINE, withBody(sign({ parameters: 'keyid="key-1";nonce="two"' })), "hi")).status).toBe(200);
  });

  test("with a body too large to check is refused", async () => {
    const { call } = await open({ access: rules(partner) });
    const body = "x".repeat(2000);
    expect((await call(LINE, [...sign({ body }), `Content-Length: ${body.length}`], body)).status).toBe(413);
  });
});
