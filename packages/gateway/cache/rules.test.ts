// The rules of RFC 9111 one by one, as data: what may be kept, how long it is fresh, what is done with it when somebody asks.
import { describe, expect, test } from "vitest";
import { headerOf } from "../headers/header-list.ts";
import { NO_CONTROL, parseCacheControl, splitList } from "./cache-control.ts";
import { askIfStill, hasAlready, headersOf304, refreshedHeaders } from "./conditional.ts";
import { decide } from "./decide.ts";
import { initialAgeMs, lifetimeOf } from "./freshness.ts";
import { parseHttpDate } from "./http-date.ts";
import { keyQuery, tagsOf, varyKey, varyNames } from "./key.ts";
import { storable } from "./storable.ts";

const NOW = Date.UTC(2026, 5, 1, 12);
const date = (offset_s = 0) => new Date(NOW + offset_s * 1000).toUTCString();
const rules = { when_silent_ms: undefined, heuristic: false, entry_bytes_max: 1000 };

function answered(headers: string[], status = 200) {
  return { status, headers, control: parseCacheControl(headerOf(headers, "cache-control")), answered_at_ms: NOW };
}

describe("Cache-Control is read strictly", () => {
  test.each<[string, Partial<ReturnType<typeof parseCacheControl>>]>([
    ["max-age=60", { max_age: 60 }],
    ["MAX-AGE=60, Public", { max_age: 60, public: true }],
    ['max-age="60"', { max_age: 60 }],
    ["max-age=60, max-age=10", { max_age: 10 }],
    ["max-age=-1", { max_age: 0 }],
    ["max-age=1.5", { max_age: 0 }],
    ["max-age=", { max_age: 0 }],
    ["max-age", { max_age: 0 }],
    ["max-age=99999999999", { max_age: 2 ** 31 }],
    ["max-stale", { max_stale: Number.POSITIVE_INFINITY }],
    ["max-stale=5", { max_stale: 5 }],
    ["min-fresh=5", { min_fresh: 5 }],
    ['private="set-cookie"', { private: true }],
    ['no-cache="a, no-store", max-age=5', { no_cache: true, no_store: false, max_age: 5 }],
    ['foo="a\\", no-store", public', { public: true, no_store: false }],
    [",, no-store ,", { no_store: true }],
    ["x-no-store", { no_store: false }],
    ["s-maxage=5, proxy-revalidate, must-understand", { s_maxage: 5, proxy_revalidate: true, must_understand: true }],
  ])("%s", (text, expected) => {
    expect(parseCacheControl(text)).toMatchObject(expected);
  });

  test("a quoted string that does not end takes the rest with it", () => {
    expect(splitList('a="b, c, d')).toEqual(['a="b, c, d']);
  });
});

describe("dates of HTTP, and nothing else", () => {
  test.each<[string, number | undefined]>([
    ["Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777_000],
    ["Sun Nov  6 08:49:37 1994", 784_111_777_000],
    ["Sun, 06 Nov 1994 08:49:37 UTC", undefined],
    ["Sun, 6 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 31 Feb 2026 08:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994 24:49:37 GMT", undefined],
    ["1994-11-06T08:49:37Z", undefined],
    ["0", undefined],
    ["", undefined],
  ])("%s", (text, expected) => {
    expect(parseHttpDate(text, NOW)).toBe(expected);
  });

  test("two digits of a year more than 50 years ahead are the century before", () => {
    expect(parseHttpDate("Friday, 06-Nov-70 08:49:37 GMT", NOW)).toBe(Date.UTC(2070, 10, 6, 8, 49, 37));
    expect(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", NOW)).toBe(784_111_777_000);
  });
});

describe("how long an answer is fresh", () => {
  const lifetime = (headers: string[], more: Partial<typeof rules> | { when_silent_ms: number } = {}, status = 200) =>
    lifetimeOf(answered(headers, status), { ...rules, ...more }, NOW).ms / 1000;

  test.each<[string, string[], number]>([
    ["s-maxage wins over max-age and Expires", ["cache-control", "max-age=5, s-maxage=9", "expires", date(99)], 9],
    ["max-age wins over Expires", ["cache-control", "max-age=5", "expires", date(99)], 5],
    ["Expires counts from Date", ["expires", date(40), "date", date(-10)], 50],
    ["without Date from the answer's coming", ["expires", date(40)], 40],
    ["Expires in the past", ["expires", date(-40)], 0],
    ["Expires that is no date", ["expires", "0"], 0],
    ["Expires said twice", ["expires", date(40), "expires", date(50)], 0],
    ["nothing said", ["last-modified", date(-1000)], 0],
  ])("%s", (_, headers, seconds) => {
    expect(lifetime(headers)).toBe(seconds);
  });

  test("silence counts only where the settings say so, and never against the answer's own word", () => {
    expect(lifetime([], { when_silent_ms: 30_000 })).toBe(30);
    expect(lifetime(["expires", "0"], { when_silent_ms: 30_000 })).toBe(0);
    expect(lifetime(["cache-control", "no-cache"], { when_silent_ms: 30_000 })).toBe(0);
    expect(lifetime([], { when_silent_ms: 30_000 }, 500)).toBe(0);
  });

  test("the heuristic is a tenth of the age since Last-Modified, at most a day", () => {
    expect(lifetime(["last-modified", date(-1000)], { heuristic: true })).toBe(100);
    expect(lifetime(["last-modified", date(-86_400 * 365)], { heuristic: true })).toBe(86_400);
    expect(lifetime(["last-modified", date(1000)], { heuristic: true })).toBe(0);
    expect(lifetime(["last-modified", date(-1000)], { heuristic: true }, 403)).toBe(0);
  });
});

test.each<[string, string[], number]>([
  ["nothing said", [], 2],
  ["Age and the time it took", ["age", "30"], 32],
  ["the first of several", ["age", "30, 50"], 32],
  ["no number", ["age", "soon"], 2],
  ["negative", ["age", "-5"], 2],
  ["an old Date", ["date", date(-50)], 50],
  ["a Date ahead of us", ["date", date(50), "age", "3"], 5],
])("age of an answer: %s", (_, headers, seconds) => {
  const moments = { asked_at_ms: NOW - 2000, answered_at_ms: NOW };
  expect(initialAgeMs(headers, moments) / 1000).toBe(seconds);
});

describe("what may be kept", () => {
  const asked = { method: "GET", control: NO_CONTROL, authorization: false };
  const fresh = "max-age=60";

  test.each<[string, string[], "everybody" | "caller" | string, { status?: number; ask?: Partial<typeof asked> }?]>([
    ["fresh by max-age", ["cache-control", fresh], "caller"],
    ["public", ["cache-control", `public, ${fresh}`], "everybody"],
    ["s-maxage", ["cache-control", "s-maxage=60"], "everybody"],
    ["nothing said", [], "not-fresh"],
    ["nothing said, but it can be confirmed", ["etag", '"1"'], "caller"],
    ["max-age=0 with a validator", ["cache-control", "max-age=0", "last-modified", date(-5)], "caller"],
    ["max-age=0 alone", ["cache-control", "max-age=0"], "not-fresh"],
    ["no-cache with a validator", ["cache-control", "no-cache", "etag", '"1"'], "caller"],
    ["no-cache alone", ["cache-control", `no-cache, ${fresh}`], "no-cache"],
    ["no-store", ["cache-control", `no-store, ${fresh}`], "no-store"],
    ["no-store that must be understood, and is", ["cache-control", `no-store, must-understand, ${fresh}`], "caller"],
    ["… and is not", ["cache-control", `must-understand, ${fresh}`], "no-store", { status: 299 }],
    ["private", ["cache-control", `private, ${fresh}`], "private"],
    ["private to a field", ["cache-control", `private="x", ${fresh}`], "private"],
    ["a cookie", ["cache-control", `public, ${fresh}`, "set-cookie", "a=1"], "set-cookie"],
    ["Vary: *", ["cache-control", fresh, "vary", "accept, *"], "vary"],
    ["partial", ["cache-control", fresh], "status", { status: 206 }],
    ["a range under another status", ["cache-control", fresh, "content-range", "bytes 0-1/9"], "range"],
    ["not modified", ["cache-control", fresh], "status", { status: 304 }],
    ["an error that says how long", ["cache-control", fresh], "caller", { status: 503 }],
    ["a redirect that says how long", ["cache-control", fresh], "caller", { status: 302 }],
    ["too large", ["cache-control", fresh, "content-length", "1001"], "too-large"],
    ["asked by POST", ["cache-control", fresh], "method", { ask: { method: "POST" } }],
    [
      "asked not to keep",
      ["cache-control", fresh],
      "request-no-store",
      { ask: { control: { ...NO_CONTROL, no_store: true } } },
    ],
    ["with credentials", ["cache-control", fresh], "authorization", { ask: { authorization: true } }],
    ["with credentials, public", ["cache-control", `public, ${fresh}`], "everybody", { ask: { authorization: true } }],
    ["with credentials, s-maxage", ["cache-control", "s-maxage=9"], "everybody", { ask: { authorization: true } }],
    [
      "with credentials, must-revalidate",
      ["cache-control", `must-revalidate, ${fresh}`],
      "caller",
      { ask: { authorization: true } },
    ],
  ])("%s", (_, headers, expected, { status = 200, ask = {} } = {}) => {
    const verdict = storable({ ...asked, ...ask }, answered(headers, status), rules);
    expect(verdict.keep ? (verdict.everybody ? "everybody" : "caller") : verdict.because).toBe(expected);
  });
});

describe("what is done with a kept answer", () => {
  test.each<[string, string, number, string, string, Partial<Record<"swr" | "sie", number>>?]>([
    ["fresh", "max-age=60", 59, "", "fresh"],
    ["as old as its time", "max-age=60", 60, "", "ask"],
    ["no-cache in the answer", "max-age=60, no-cache", 1, "", "ask"],
    ["no-cache in the request", "max-age=60", 1, "no-cache", "ask"],
    ["older than the client takes", "max-age=60", 31, "max-age=30", "ask"],
    ["young enough", "max-age=60", 30, "max-age=30", "fresh"],
    ["max-age=0 asks", "max-age=60", 1, "max-age=0", "ask"],
    ["fresh for long enough yet", "max-age=60", 40, "min-fresh=20", "fresh"],
    ["not fresh for long enough", "max-age=60", 41, "min-fresh=20", "ask"],
    ["stale, and the client takes it", "max-age=60", 65, "max-stale=5", "stale"],
    ["staler than that", "max-age=60", 66, "max-stale=5", "ask"],
    ["any staleness", "max-age=60", 6000, "max-stale", "stale"],
    ["the answer forbids it", "max-age=60, must-revalidate", 61, "max-stale", "ask"],
    ["proxy-revalidate forbids it", "max-age=60, proxy-revalidate", 61, "max-stale", "ask"],
    ["s-maxage forbids it", "s-maxage=60", 61, "max-stale", "ask"],
    ["stale while it is asked anew", "max-age=60, stale-while-revalidate=10", 69, "", "stale-while"],
    ["past that", "max-age=60, stale-while-revalidate=10", 70, "", "ask"],
    ["the settings allow it", "max-age=60", 69, "", "stale-while", { swr: 10 }],
    ["the answer's word wins", "max-age=60, stale-while-revalidate=5", 66, "", "ask", { swr: 10 }],
    ["not against must-revalidate", "max-age=60, must-revalidate", 61, "", "ask", { swr: 10 }],
    ["not against s-maxage", "s-maxage=60", 61, "", "ask", { swr: 10 }],
    ["beside s-maxage, said by the answer itself", "s-maxage=60, stale-while-revalidate=10", 61, "", "stale-while"],
    ["not for who wants it fresh", "max-age=60, stale-while-revalidate=10", 61, "min-fresh=0", "ask"],
    ["stands in for errors", "max-age=60, stale-if-error=10", 70, "", "ask, or this"],
    ["no longer", "max-age=60, stale-if-error=10", 71, "", "ask"],
    ["by the settings", "max-age=60", 61, "", "ask, or this", { sie: 10 }],
    ["not against must-revalidate", "max-age=60, must-revalidate, stale-if-error=10", 61, "", "ask"],
  ])("%s: %s after %i s, asked with '%s'", (_, said, age_s, request, expected, { swr = 0, sie = 0 } = {}) => {
    const control = parseCacheControl(said);
    const lifetime_ms = (control.s_maxage ?? control.max_age ?? 0) * 1000;
    const decision = decide({ control, lifetime_ms, age_ms: age_s * 1000 }, parseCacheControl(request || undefined), {
      stale_while_revalidate_ms: swr * 1000,
      stale_if_error_ms: sie * 1000,
    });
    const told = decision.use === "ask" && decision.if_error ? "ask, or this" : decision.use;
    expect(told).toBe(expected);
  });
});

describe("conditions of clients", () => {
  const kept = ["etag", '"a"', "last-modified", date(-100)];
  test.each<[string, string | undefined, string | undefined, boolean]>([
    ["the same tag", '"a"', undefined, true],
    ["weakly the same", 'W/"a"', undefined, true],
    ["one of several", '"x", "a"', undefined, true],
    ["any", "*", undefined, true],
    ["another", '"b"', undefined, false],
    ["another, whatever the date", '"b"', date(0), false],
    ["not changed since", undefined, date(-100), true],
    ["changed since", undefined, date(-101), false],
    ["no date", undefined, "yesterday", false],
    ["none", undefined, undefined, false],
  ])("%s", (_, if_none_match, if_modified_since, expected) => {
    expect(hasAlready({ if_none_match, if_modified_since }, kept, NOW)).toBe(expected);
  });

  test("a comma inside a tag does not part it", () => {
    expect(hasAlready({ if_none_match: '"a,b"', if_modified_since: undefined }, ["etag", '"a,b"'], NOW)).toBe(true);
  });

  test("a 304 says nothing of a body", () => {
    expect(
      headersOf304(["etag", '"a"', "content-type", "text/plain", "content-length", "3", "vary", "accept"]),
    ).toEqual(["etag", '"a"', "vary", "accept"]);
  });

  test("our own conditions take the place of the client's", () => {
    const forward = ["If-None-Match", '"theirs"', "accept", "*/*", "if-modified-since", date(-5)];
    expect(askIfStill(forward, kept)).toBe(true);
    expect(forward).toEqual(["accept", "*/*", "if-none-match", '"a"', "if-modified-since", date(-100)]);
  });

  test("a 304 brings headers up to date, but not those of the body, nor cookies", () => {
    const before = ["etag", '"a"', "x-own", "1", "age", "7", "content-type", "text/plain", "content-length", "3"];
    const update = [
      "x-own",
      "2",
      "x-own",
      "3",
      "content-length",
      "0",
      "set-cookie",
      "s=1",
      "cache-control",
      "max-age=9",
    ];
    const after = ["etag", '"a"', "content-type", "text/plain", "content-length", "3", "x-own", "2", "x-own", "3"];
    expect(refreshedHeaders(before, update)).toEqual([...after, "cache-control", "max-age=9"]);
  });
});

describe("what tells answers apart", () => {
  test.each<[string | undefined, Parameters<typeof keyQuery>[1], string]>([
    ["a=1&b=2", "all", "a=1&b=2"],
    ["a=1&b=2", "none", ""],
    [undefined, "all", ""],
    ["a=1&utm_source=x&utm_medium=y&b=2", { ignore: ["utm_*"] }, "a=1&b=2"],
    ["a=1&%75tm_source=x", { ignore: ["utm_source"] }, "a=1"],
    ["a=1&a=2&b=3&%=4", { only: ["a"] }, "a=1&a=2"],
  ])("query %s by %o", (query, rule, expected) => {
    expect(keyQuery(query, rule)).toBe(expected);
  });

  test("Vary: each name once, in order; white space around commas means nothing; absent is not empty", () => {
    const names = varyNames(["vary", "Accept-Encoding, accept", "vary", "ACCEPT"]);
    expect(names).toEqual(["accept", "accept-encoding"]);
    const key = (accept: string | undefined) => varyKey(["accept"], () => accept);
    expect(key("a , b")).toBe(key("a,b"));
    expect(key(undefined)).not.toBe(key(""));
    expect(key("a")).not.toBe(key("b"));
  });

  test("tags are parted by commas or spaces, and bounded", () => {
    expect(tagsOf(["cache-tag", "a, b", "surrogate-key", "b c"], ["cache-tag", "surrogate-key"], 10)).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect(tagsOf(["cache-tag", "a b c"], ["cache-tag"], 2)).toEqual(["a", "b"]);
  });
});
