// What references see: an operator's file everything, a tenant's settings only what carries the workspace's name.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LIMITS } from "@holdfast/base";
import { afterAll, describe, expect, test } from "vitest";
import { fileSecrets, workspaceSecrets } from "./secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-secrets-"));
mkdirSync(join(folder, "secrets", "acme"), { recursive: true });
mkdirSync(join(folder, "secrets", "beta"), { recursive: true });
writeFileSync(join(folder, "secrets", "acme", "openai"), "of acme\n");
writeFileSync(join(folder, "secrets", "beta", "openai"), "of beta\n");
writeFileSync(join(folder, "empty"), "\n");
writeFileSync(join(folder, "huge"), "x".repeat(LIMITS.secret_file_bytes_max + 1));
afterAll(() => rmSync(folder, { recursive: true }));

const environment = {
  OPENAI_API_KEY: "of the operator",
  HOLDFAST_SECRET_ACME__OPENAI_API_KEY: "of acme",
  HOLDFAST_SECRET_ACME_5FB__KEY: "of acme_b",
};

describe("a settings file", () => {
  const secrets = fileSecrets(environment, join(folder, "secrets"));
  test("sees variables, and files beside it or anywhere", () => {
    expect(secrets.env("OPENAI_API_KEY")).toEqual({ ok: true, value: "of the operator" });
    expect(secrets.file("acme/openai")).toEqual({ ok: true, value: "of acme" });
    expect(secrets.file(join(folder, "secrets", "beta", "openai"))).toEqual({ ok: true, value: "of beta" });
  });

  test.each([
    ["nothing", /ENOENT/],
    ["../empty", /is empty/],
    ["../huge", /larger than/],
  ])("%s is refused", (path, why) => {
    const found = secrets.file(path);
    expect(!found.ok && found.error).toMatch(why);
  });
});

describe("settings of a workspace", () => {
  const acme = workspaceSecrets(environment, folder, { workspace: "acme" });
  test("see what carries its name", () => {
    expect(acme.env("OPENAI_API_KEY")).toEqual({ ok: true, value: "of acme" });
    expect(acme.file("openai")).toEqual({ ok: true, value: "of acme" });
    expect(workspaceSecrets(environment, folder, { workspace: "acme_b" }).env("KEY")).toEqual({
      ok: true,
      value: "of acme_b",
    });
  });

  test.each(["../beta/openai", "/etc/hostname", "..", ".", "a/b", "secrets/acme/openai"])("not the file %s", (path) => {
    expect(acme.file(path).ok).toBe(false);
  });

  test.each(["5FB__KEY", "_5FB__KEY", "KEY"])("not the variable %s", (name) => {
    const found = acme.env(name);
    expect(!found.ok && found.error).toContain("HOLDFAST_SECRET_ACME__");
  });
});
