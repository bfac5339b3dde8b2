import { describe, expect, test } from "vitest";
import { authority, type Pair } from "../../../tests/gateway/certificates.ts";
import { clashingCertificates } from "./compile-certificates.ts";
import { compileSection } from "./compile-section.ts";
import { readSettings } from "./read-settings.ts";

const ca = authority("Test authority");
const shop = ca.issue({ name: "shop", hosts: ["shop.example.com", "*.shop.example.com"] });
const other = ca.issue({ name: "other", hosts: ["other.test"] });
const nameless = ca.issue({ name: "nameless" });

/** `declared` is YAML of one certificate, its references resolved to this pair. */
function compiled(pair: Partial<Pair>, more = "") {
  const values: Record<string, string | undefined> = { cert: pair.certificate, key: pair.key };
  const text = `holdfast: 1\ncertificates:\n  shop:\n    certificate: \${file:cert}\n    key: \${file:key}\n${more}`;
  const file = (path: string) => {
    const value = values[path];
    return value === undefined ? { ok: false as const, error: `no ${path}` } : { ok: true as const, value };
  };
  const read = readSettings(text, { secrets: () => ({ env: file, file }) });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return compileSection(read.value.settings, {});
}

test("a pair goes into the plan with the names of its certificate and its end", () => {
  const { section, problems } = compiled(shop);
  expect(problems).toEqual([]);
  expect(section.certificates).toMatchObject([
    { workspace: "default", name: "shop", hosts: ["shop.example.com", "*.shop.example.com"], default: false },
  ]);
  const days = ((section.certificates?.[0]?.expires_at ?? 0) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(89);
  expect(days).toBeLessThan(91);
});

describe("what no handshake could use is refused, with its place and without its content", () => {
  test.each<[string, Partial<Pair>, string, string, RegExp]>([
    ["a key of another", { ...shop, key: other.key }, "", "certificates.shop.key", /not the key of the certificate/],
    ["no certificate", { ...shop, certificate: "hello" }, "", "certificates.shop.certificate", /not a certificate/],
    ["no key", { ...shop, key: "hello" }, "", "certificates.shop.key", /not a private key/],
    ["another host", shop, "    hosts: [other.test]\n", "certificates.shop.hosts.0", /not for other\.test/],
    ["a star it lacks", other, '    hosts: ["*.other.test"]\n', "certificates.shop.hosts.0", /not for \*\.other/],
    ["no host at all", nameless, "", "certificates.shop", /names no host/],
  ])("%s", (_, pair, more, path, message) => {
    const { problems } = compiled(pair, more);
    expect(problems.map((problem) => problem.path.join("."))).toEqual([path]);
    expect(problems[0]?.message).toMatch(message);
    expect(JSON.stringify(problems)).not.toContain("PRIVATE KEY");
  });
});

test("a host and the default belong to one certificate, across workspaces", () => {
  const one = { name: "a", hosts: ["shop.example.com"], ...shop, default: true, expires_at: 0 };
  const certificates = [
    { ...one, workspace: "acme" },
    { ...one, workspace: "other" },
  ];
  expect(clashingCertificates(certificates).map(({ workspace, path, message }) => [workspace, path, message])).toEqual([
    ["other", ["certificates", "a"], "is for shop.example.com as well as"],
    ["other", ["certificates", "a", "default"], "is the default as well as"],
  ]);
});
