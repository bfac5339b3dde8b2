// Options from flags and environment: which wins, what is refused, and that every problem names its place.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { LIMITS } from "@holdfast/base";
import { afterAll, describe, expect, test } from "vitest";
import { readOptions } from "./environment.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-options-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const path = join(folder, `secret-${text.length}`);
  writeFileSync(path, text);
  return path;
}

const KEY = Buffer.alloc(32, 7);

describe("read", () => {
  test("defaults, as documented", () => {
    const read = readOptions({}, {});
    expect(read).toMatchObject({
      ok: true,
      value: {
        data_dir: "./data",
        gateway_port: 8080,
        public_port: 8081,
        control_port: 8090,
        control_host: "127.0.0.1",
        log_level: "info",
      },
    });
    expect(read.ok && read.value.workers).toBe(Math.min(availableParallelism(), LIMITS.gateway_workers_max));
    expect(read.ok && [read.value.config, read.value.master_key, read.value.admin_token]).toEqual(
      Array(3).fill(undefined),
    );
  });

  test("a flag wins over the environment, an empty variable is none", () => {
    const read = readOptions(
      { gateway_port: "1" },
      { HOLDFAST_GATEWAY_PORT: "2", HOLDFAST_PUBLIC_PORT: "3", HOLDFAST_WORKERS: "" },
    );
    expect(read).toMatchObject({ ok: true, value: { gateway_port: 1, public_port: 3 } });
  });

  test.each([KEY.toString("base64"), KEY.toString("hex")])("a master key as %s", (text) => {
    const read = readOptions({}, { HOLDFAST_MASTER_KEY: text });
    expect(read.ok && read.value.master_key).toEqual(KEY);
  });

  test.each(["postgres://ann@/shop?host=/run/postgresql", "postgresql:///shop?host=/run/postgresql"])(
    "a database behind a socket: %s",
    (url) => {
      expect(readOptions({}, { HOLDFAST_DATABASE_URL: url })).toMatchObject({ ok: true, value: { database_url: url } });
    },
  );

  test("secrets from files, with the newline that editors leave", () => {
    const read = readOptions(
      { master_key: fileWith(`${KEY.toString("base64")}\n`) },
      { HOLDFAST_ADMIN_TOKEN_FILE: fileWith("a-token-of-more-than-24-characters\n") },
    );
    expect(read).toMatchObject({
      ok: true,
      value: { master_key: KEY, admin_token: "a-token-of-more-than-24-characters" },
    });
  });
});

test("headers for a collector, as OpenTelemetry writes them", () => {
  const read = readOptions(
    { otlp_headers: fileWith("Authorization=Basic%20dXNlcjpwYXNz==, x-tenant = shop,\n") },
    { HOLDFAST_OTLP_ENDPOINT: "https://collector.example.com/otlp/" },
  );
  expect(read).toMatchObject({
    ok: true,
    value: {
      otlp_endpoint: "https://collector.example.com/otlp/",
      otlp_headers: { authorization: "Basic dXNlcjpwYXNz==", "x-tenant": "shop" },
    },
  });
});

describe("refused", () => {
  const refusals: [name: string, environment: Record<string, string>, problem: RegExp][] = [
    ["a port that is none", { HOLDFAST_GATEWAY_PORT: "http" }, /^HOLDFAST_GATEWAY_PORT: expected a port/],
    ["a port out of range", { HOLDFAST_PUBLIC_PORT: "70000" }, /^HOLDFAST_PUBLIC_PORT: expected a port from 0/],
    [
      "a proxy that is no address",
      { HOLDFAST_TRUSTED_PROXIES: "10.0.0.0/8,proxy" },
      /^HOLDFAST_TRUSTED_PROXIES: "proxy" is no/,
    ],
    [
      "no hops",
      { HOLDFAST_TRUSTED_HOPS: "0" },
      /^HOLDFAST_TRUSTED_HOPS: expected a whole number of proxies from 1 to 20/,
    ],
    ["half a hop", { HOLDFAST_TRUSTED_HOPS: "1.5" }, /^HOLDFAST_TRUSTED_HOPS: expected a whole number/],
    ["more hops than are read", { HOLDFAST_TRUSTED_HOPS: "21" }, /^HOLDFAST_TRUSTED_HOPS: expected a whole number/],
    ["hops that are none", { HOLDFAST_TRUSTED_HOPS: "10.0.0.0/8" }, /^HOLDFAST_TRUSTED_HOPS: expected a whole number/],
    [
      "proxies by number and by address",
      { HOLDFAST_TRUSTED_HOPS: "1", HOLDFAST_TRUSTED_PROXIES: "10.0.0.0/8" },
      /^HOLDFAST_TRUSTED_HOPS: cannot stand beside HOLDFAST_TRUSTED_PROXIES: say how many proxies are trusted, or which$/,
    ],
    ["too many workers", { HOLDFAST_WORKERS: "1000" }, /^HOLDFAST_WORKERS: /],
    ["a short master key", { HOLDFAST_MASTER_KEY: "abc" }, /^HOLDFAST_MASTER_KEY: expected 32 bytes/],
    ["a short admin token", { HOLDFAST_ADMIN_TOKEN: "abc" }, /^HOLDFAST_ADMIN_TOKEN: needs at least 24/],
    ["a database of another kind", { HOLDFAST_DATABASE_URL: "mysql://x" }, /^HOLDFAST_DATABASE_URL: expected postgres/],
    [
      "a file that is not there",
      { HOLDFAST_REDIS_URL_FILE: "/nowhere" },
      /^HOLDFAST_REDIS_URL_FILE: \/nowhere .*ENOENT/,
    ],
    [
      "a collector that is no address",
      { HOLDFAST_OTLP_ENDPOINT: "collector:4318" },
      /^HOLDFAST_OTLP_ENDPOINT: expected an address/,
    ],
    [
      "a database at a port that cannot be, without its password",
      { HOLDFAST_DATABASE_URL: "postgres://user:secret@127.0.0.1:99999/holdfast" },
      /^HOLDFAST_DATABASE_URL: has a host or a port that cannot be$/,
    ],
    [
      "a Redis at a port that cannot be",
      { HOLDFAST_REDIS_URL: "redis://127.0.0.1:99999" },
      /^HOLDFAST_REDIS_URL: has a host or a port that cannot be$/,
    ],
    [
      "a collector at a port that cannot be",
      { HOLDFAST_OTLP_ENDPOINT: "http://127.0.0.1:99999" },
      /^HOLDFAST_OTLP_ENDPOINT: expected an address/,
    ],
    [
      "a collector with a password in its address",
      { HOLDFAST_OTLP_ENDPOINT: "https://user:pass@collector" },
      /^HOLDFAST_OTLP_ENDPOINT: takes no user, .* HOLDFAST_OTLP_HEADERS$/,
    ],
    ["a header without a value", { HOLDFAST_OTLP_HEADERS: "authorization" }, /^HOLDFAST_OTLP_HEADERS: expected name=/],
    ["a header that is ours", { HOLDFAST_OTLP_HEADERS: "Host=x" }, /^HOLDFAST_OTLP_HEADERS: host cannot be set/],
    ["a header that is none", { HOLDFAST_OTLP_HEADERS: "a b=x" }, /^HOLDFAST_OTLP_HEADERS: has a name/],
    ["a header that becomes two", { HOLDFAST_OTLP_HEADERS: "a=x%0d%0ab" }, /^HOLDFAST_OTLP_HEADERS: the value of a is/],
    ["a header in bad encoding", { HOLDFAST_OTLP_HEADERS: "a=1,b=100%" }, /^HOLDFAST_OTLP_HEADERS: the value of b is/],
    [
      "a slip of the pen",
      { HOLDFAST_DATADIR: "x" },
      /^HOLDFAST_DATADIR: is not known; did you mean HOLDFAST_DATA_DIR\?/,
    ],
  ];
  test.each(refusals)("%s", (_, environment, problem) => {
    const read = readOptions({}, environment);
    expect(!read.ok && read.error).toEqual([expect.stringMatching(problem)]);
  });

  test("proxies by number and by address, each named as it was written", () => {
    const environment = { HOLDFAST_TRUSTED_PROXIES: "10.0.0.0/8" };
    const read = readOptions({ trusted_hops: "2" }, environment);
    expect(!read.ok && read.error).toEqual([
      expect.stringMatching(/^--trusted-hops: cannot stand beside HOLDFAST_TRUSTED_PROXIES:/),
    ]);
    const taken_back = readOptions({ trusted_hops: "2", trusted_proxies: "" }, environment);
    expect(taken_back).toMatchObject({ ok: true, value: { trusted_hops: 2, trusted_proxies: [] } });
    const proxies = readOptions({ trusted_hops: "", trusted_proxies: "10.0.0.0/8" }, { HOLDFAST_TRUSTED_HOPS: "2" });
    expect(proxies).toMatchObject({ ok: true, value: { trusted_hops: undefined, trusted_proxies: ["10.0.0.0/8"] } });
  });

  test("all problems at once, and a flag's by its own name", () => {
    const read = readOptions(
      { gateway_port: "x" },
      { HOLDFAST_PUBLIC_PORT: "y", HOLDFAST_SECRET_ACME__KEY: "not ours" },
    );
    expect(!read.ok && read.error.map((problem) => problem.split(":")[0])).toEqual([
      "--gateway-port",
      "HOLDFAST_PUBLIC_PORT",
    ]);
  });
});
