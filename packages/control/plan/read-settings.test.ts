// What the reader of settings accepts and refuses, as data: a document, and the problems it must show with their place.
import { failed, LIMITS, ok } from "@holdfast/base";
import { describe, expect, test } from "vitest";
import { problemLine } from "./problem.ts";
import { hideSecrets, readSettings } from "./read-settings.ts";
import type { SecretResolver } from "./references.ts";

const secrets: SecretResolver = {
  env: (name) => (name === "SHOP_KEY" ? ok("hf_shop_0123456789") : failed(`environment variable ${name} is not set`)),
  file: (path) => (path === "/run/secrets/mail" ? ok("s3cret") : failed(`there is no file ${path}`)),
};

function problemsOf(text: string, workspace?: string): string[] {
  const read = readSettings(text, { secrets: () => secrets, ...(workspace ? { workspace } : {}) });
  return read.ok ? [] : read.error.map((problem) => problemLine("f", problem));
}

const ORDERS = `holdfast: 1
services:
  orders:
    releases: { v1: { upstreams: [http://127.0.0.1:9001] } }
`;

const refusals: { name: string; text: string; problems: (string | RegExp)[] }[] = [
  {
    name: "an unknown key, with the closest known one",
    text: `${ORDERS}rutes: {}\n`,
    problems: ["f:5:1 rutes: is not a known setting (did you mean routes?)"],
  },
  {
    name: "a bare number where a unit belongs",
    text: `${ORDERS.replace("orders:\n", "orders:\n    timeouts: { connect: 5 }\n")}`,
    problems: [
      "f:4:17 services.orders.timeouts.connect: expected a duration such as 500ms, 5s or 10m; did you mean 5s or 5ms?",
    ],
  },
  {
    name: "several problems at once, in the order of the text",
    text: `${ORDERS}routes:\n  orders:\n    match: { path: orders }\n    to: orders\n    acess: api-key\n`,
    problems: [
      "f:6:3 routes.orders.access: say who may call: `api-key`, `public` or `{ any_of: […] }`",
      "f:7:14 routes.orders.match.path: expected a path that begins with / and has no space, ? or #, such as /orders/**",
      "f:9:5 routes.orders.acess: is not a known setting (did you mean access?)",
    ],
  },
  {
    name: "numbers, lists and texts that are too small or too large",
    text: `${ORDERS.replace("v1: { upstreams: [http://127.0.0.1:9001] }", "v1: { upstreams: [] }").replace("orders:\n", "orders:\n    retries: { attempts: 1000 }\n    tls: { ca: '' }\n")}`,
    problems: [
      "f:4:16 services.orders.retries.attempts: expected at most 10",
      "f:5:12 services.orders.tls.ca: is empty",
      "f:6:23 services.orders.releases.v1.upstreams: is empty",
    ],
  },
  {
    name: "a value that is nearly a known one",
    text: `${ORDERS}routes:\n  orders: { match: { path: / }, to: orders, access: api-kee }\n`,
    problems: [
      "f:6:45 routes.orders.access: say who may call: `api-key`, `public` or `{ any_of: […] }` (did you mean api-key?)",
    ],
  },
  {
    name: "a duplicate key",
    text: "holdfast: 1\nservices: {}\nservices: {}\n",
    problems: [/^f:3:1 map keys must be unique$/],
  },
  { name: "a document that is a list", text: "- holdfast: 1\n", problems: [/is not a mapping of settings/] },
  { name: "an empty document", text: "", problems: [/is not a mapping of settings/] },
  { name: "text that is not YAML", text: 'holdfast: "1\n', problems: [/^f:/] },
  { name: "a version that is not known", text: "holdfast: 2\n", problems: [/expected `holdfast: 1`/] },
  { name: "an unknown tag", text: "holdfast: !!js/function 1\n", problems: [/unresolved tag/] },
  {
    name: "a name that no URL could carry",
    text: "holdfast: 1\nservices:\n  Big Orders: { releases: { v1: { upstreams: [http://a] } } }\n",
    problems: [/^f:3:3 services\.Big Orders: this name is not possible: use 1 to 63/],
  },
  {
    name: "a secret in plain text",
    text: "holdfast: 1\nconsumers:\n  web: { keys: [hf_shop_0123456789] }\n",
    problems: [/^f:3:17 consumers\.web\.keys\.0: is a secret in plain text \(write \$\{env:NAME\}/],
  },
  {
    name: "a password in plain text inside an address",
    text: "holdfast: 1\nmail: { smtp: 'smtp://user:pass@mail:25', from: a@example.com }\n",
    problems: [/^f:2:9 mail\.smtp: is a secret in plain text/],
  },
  {
    name: "options behind a mail server's address",
    text: "holdfast: 1\nmail: { smtp: 'smtp://mail:25?sendmail=true&path=/bin/sh', from: a@example.com }\n",
    problems: [/^f:2:9 mail\.smtp: expected smtp:\/\/host:port, without path and options$/],
  },
  {
    name: "a reference to a variable that is not set, and nothing else about that place",
    text: `holdfast: 1\nconsumers:\n  web: { keys: ["\${env:NOT_SET}"] }\n`,
    problems: [/^f:3:17 consumers\.web\.keys\.0: environment variable NOT_SET is not set/],
  },
  {
    name: "something that only looks like a reference",
    text: `holdfast: 1\nconsumers:\n  web: { keys: ["\${SHOP_KEY}"] }\n`,
    problems: [/is a secret in plain text/, /\$\{SHOP_KEY\} is not a reference/],
  },
  {
    name: "a fallback that is misspelt, judged as a fallback",
    text: "holdfast: 1\nmodels: { a: { access: public, releases: { s: { targets: [{ fallbak: openai/x }] } } } }\n",
    problems: [/targets\.0\.fallback: is missing/, /targets\.0\.fallbak: is not a known setting/],
  },
  {
    name: "a criterion of an unknown measure",
    text: "holdfast: 1\nlaunches: { l: { scope: {}, window: { from: 2026-12-01T09:00Z, until: 2026-12-02T09:00Z }, exit: { q: { measure: error_ration } } } }\n",
    problems: [/measure: expected one of days_without_critical, error_ratio \(did you mean error_ratio\?\)/],
  },
  {
    name: "aliases that explode",
    text: `holdfast: 1\na: &a [${"1,".repeat(1000)}1]\nb: &b [${"*a,".repeat(100)}*a]\nc: [${"*b,".repeat(100)}*b]\n`,
    problems: [/holds more than 500000 values/],
  },
  { name: "nesting without end", text: `holdfast: 1\na: ${"[".repeat(200_000)}\n`, problems: [/nested too deeply/] },
  {
    name: "nesting beyond use",
    text: `holdfast: 1\na: ${"[".repeat(90)}${"]".repeat(90)}\n`,
    problems: [/nested too deeply/],
  },
  { name: "too large a document", text: `#${"x".repeat(LIMITS.settings_bytes_max)}`, problems: [/at most 4194304/] },
];

describe("refused", () => {
  test.each(refusals)("$name", ({ text, problems }) => {
    const found = problemsOf(text);
    for (const [index, problem] of problems.entries())
      if (typeof problem === "string") expect(found[index]).toBe(problem);
      else expect(found[index]).toMatch(problem);
    expect(found).toHaveLength(problems.length);
  });

  test("at most so many problems", () => {
    const keys = Array.from({ length: LIMITS.settings_problems_max + 50 }, (_, index) => `zz${index}: 1`);
    expect(problemsOf(`holdfast: 1\n${keys.join("\n")}`)).toHaveLength(LIMITS.settings_problems_max);
  });

  test("settings of another workspace", () => {
    expect(problemsOf("holdfast: 1\nworkspace: acme\n", "beta")).toEqual([
      "f:2:1 workspace: names acme, but these are the settings of beta (write beta or leave it out)",
    ]);
  });
});

describe("accepted", () => {
  test("references anywhere, escaped ones as they are, literal secrets when allowed", () => {
    const text = [
      "holdfast: 1",
      "allow_literal_secrets: true",
      `services: { s: { owner: 'a $\${b} c', releases: { v1: { upstreams: [http://127.0.0.1:1] } } } }`,
      `consumers: { web: { keys: ["\${env:SHOP_KEY}", literal-literal-literal] } }`,
      `mail: { smtp: "smtp://user:\${file:/run/secrets/mail}@mail:25", from: a@example.com }`,
    ].join("\n");
    const read = readSettings(text, { secrets: () => secrets });
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const { settings } = read.value;
    expect(settings.consumers.web?.keys).toEqual(["hf_shop_0123456789", "literal-literal-literal"]);
    expect(settings.mail?.smtp).toBe("smtp://user:s3cret@mail:25");
    expect(settings.services.s?.owner).toBe(`a \${b} c`);
  });

  test("a password by reference without allowing literals", () => {
    const text = `holdfast: 1\nmail: { smtp: "smtp://user:\${file:/run/secrets/mail}@mail:25", from: a@example.com }`;
    expect(problemsOf(text)).toEqual([]);
  });

  test("a document without a workspace is of the workspace it is sent to", () => {
    const read = readSettings("holdfast: 1", { secrets: () => secrets, workspace: "acme" });
    expect(read.ok && read.value.settings.workspace).toBe("acme");
  });

  test("places of values, for those who find problems later", () => {
    const read = readSettings(ORDERS, { secrets: () => secrets });
    expect(read.ok && read.value.locate(["services", "orders", "releases", "v1", "upstreams", 0])).toEqual({
      line: 4,
      column: 35,
    });
    expect(read.ok && read.value.locate(["services", "orders", "owner"])).toEqual({ line: 3, column: 3 });
  });
});

describe("shown to people", () => {
  const text = `holdfast: 1 # ours\nallow_literal_secrets: true\nconsumers: { web: { keys: ["\${env:A}", literal-secret] } }\nmail: { smtp: "smtp://u:p@h:1", from: a@b.c }\n`;

  test("literal secrets are hidden, references and comments stay", () => {
    expect(hideSecrets(text)).toBe(
      text.replace("literal-secret]", '"[hidden]"]').replace("smtp://u:p@h:1", "[hidden]"),
    );
  });

  test("what was hidden does not come back as a secret", () => {
    expect(problemsOf('holdfast: 1\nallow_literal_secrets: true\nconsumers: { web: { keys: ["[hidden]"] } }')).toEqual([
      "f:3:28 consumers.web.keys.0: stands for a secret that was not shown (write the secret again)",
    ]);
  });
});
