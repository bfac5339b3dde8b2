import { idSource } from "@holdfast/base";
import type { PlanPick, StickySettings } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { headerOf } from "../headers/header-list.ts";
import type { PlacedCall } from "./caller-key.ts";
import { sliceByWeight } from "./choose-release.ts";
import { preparePicker } from "./picker.ts";

const ids = idSource();

function callOf(given: { consumer?: string; address?: string; headers?: string[] } = {}): PlacedCall {
  return {
    id: ids(),
    scheme: "https",
    consumer: given.consumer,
    client_address: given.address ?? "192.0.2.1",
    header: (name) => headerOf(given.headers ?? [], name),
    reply_headers: [],
  };
}

type Parts = { pick?: PlanPick[]; sticky?: StickySettings; v2?: number; closed?: string[] };

function pickerOf({ pick, sticky, v2 = 0, closed = [] }: Parts) {
  const releases = sliceByWeight([
    { name: "v1", weight: 1 - v2 },
    { name: "v2", weight: v2 },
  ]);
  const dark = v2 === 0 ? [{ name: "v2", weight: 0, until: 0 }] : [];
  const open = [...releases, ...dark].filter(({ name }) => !closed.includes(name));
  const picker = preparePicker({ pick, sticky, releases, open, seed: 7 });
  if (!picker) throw new Error("nothing to pick by");
  return (call: PlacedCall) => picker(call)?.name;
}

test("a subject that says nothing has no picker", () => {
  expect(preparePicker({ pick: undefined, sticky: undefined, releases: [], open: [], seed: 1 })).toBeUndefined();
});

describe("rules", () => {
  const pick: PlanPick[] = [
    { release: "v2", headers: [["x-canary", "yes"]] },
    { release: "v2", cookies: [["beta", "*"]], consumers: ["ada"] },
    { release: "v2", consumers: ["team"] },
  ];
  test.each([
    ["the header's value", { headers: ["X-Canary", "yes"] }, "v2"],
    ["another value", { headers: ["x-canary", "no"] }, "v1"],
    ["the header twice", { headers: ["x-canary", "yes", "x-canary", "yes"] }, "v1"],
    ["a consumer", { consumer: "team" }, "v2"],
    ["one of two conditions", { consumer: "ada" }, "v1"],
    ["the other of two", { headers: ["cookie", "beta=1"] }, "v1"],
    ["both, whatever the cookie says", { consumer: "ada", headers: ["cookie", "a=b; beta=0"] }, "v2"],
    ["nobody in particular", {}, "v1"],
  ])("%s", (_, given, release) => {
    expect(pickerOf({ pick })(callOf(given))).toBe(release);
    // Taken back: rules lead there no more.
    expect(pickerOf({ pick, closed: ["v2"] })(callOf(given))).toBe("v1");
  });

  test("the first that fits decides", () => {
    const first = pickerOf({ pick: [{ release: "v1", consumers: ["team"] }, ...pick] });
    expect(first(callOf({ consumer: "team" }))).toBe("v1");
  });
});

describe("what callers stick to", () => {
  const many = Array.from({ length: 2000 }, (_, index) => index);
  const kinds: [string, StickySettings, (index: number) => PlacedCall][] = [
    ["consumer", { by: "consumer" }, (index) => callOf({ consumer: `c${index}` })],
    ["address", { by: "address" }, (index) => callOf({ consumer: "same", address: `192.0.2.${index}` })],
    ["header", { by: "header", name: "x-user" }, (index) => callOf({ headers: ["X-User", `u${index}`] })],
    ["cookie", { by: "cookie", name: "session" }, (index) => callOf({ headers: ["cookie", `session=s${index}`] })],
  ];
  test.each(kinds)("%s: shares are met, callers stay, and only those at the border move", (_, sticky, make) => {
    const served = (v2: number) => many.filter((index) => pickerOf({ sticky, v2 })(make(index)) === "v2");
    const tenth = served(0.1);
    expect(tenth.length).toBeGreaterThan(140);
    expect(tenth.length).toBeLessThan(260);
    expect(served(0.1)).toEqual(tenth);
    const third = new Set(served(0.3));
    expect(tenth.every((index) => third.has(index))).toBe(true);
  });

  test("a call without it is placed by its consumer, else by its address", () => {
    const by_header = pickerOf({ sticky: { by: "header", name: "x-user" }, v2: 0.5 });
    const by_consumer = pickerOf({ sticky: { by: "consumer" }, v2: 0.5 });
    for (const index of many.slice(0, 100)) {
      const call = callOf(index % 2 ? { consumer: `c${index}` } : { address: `192.0.2.${index}` });
      expect(by_header(call)).toBe(by_consumer(call));
    }
  });

  test("nothing: one caller sees both", () => {
    const pick = pickerOf({ sticky: { by: "nothing" }, v2: 0.5 });
    expect(new Set(many.slice(0, 100).map(() => pick(callOf({ consumer: "ada" }))))).toEqual(new Set(["v1", "v2"]));
  });
});

describe("the gateway's own cookie", () => {
  const sticky: StickySettings = { by: "own_cookie", name: "place", for: 86_400_000 };

  test("is set once, and keeps its bearer where they are while shares move", () => {
    const at = (v2: number) => pickerOf({ sticky, v2 });
    for (let caller = 0; caller < 200; caller++) {
      const first = callOf({ consumer: "all the same" });
      const served = at(0.5)(first);
      const [name, cookie] = first.reply_headers;
      expect([name, cookie]).toEqual([
        "set-cookie",
        expect.stringMatching(
          /^place=[0-9a-f]{4}-[0-9a-f]{12}; Path=\/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure$/,
        ),
      ]);
      const again = callOf({ headers: ["cookie", (cookie as string).split(";")[0] as string] });
      expect(at(0.5)(again)).toBe(served);
      expect(again.reply_headers).toEqual([]);
      if (served === "v2") expect(at(0.6)(again)).toBe("v2");
    }
  });

  test("a text that is not ours is replaced, and no cookie is set where a rule decides", () => {
    const forged = callOf({ headers: ["cookie", `place=${"x".repeat(5000)}`] });
    pickerOf({ sticky, v2: 0.5 })(forged);
    expect(forged.reply_headers).toHaveLength(2);
    const picked = callOf({ consumer: "team" });
    expect(pickerOf({ sticky, pick: [{ release: "v2", consumers: ["team"] }] })(picked)).toBe("v2");
    expect(picked.reply_headers).toEqual([]);
  });
});
