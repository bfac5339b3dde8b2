// What is told of cleared addresses, and when: by a clock that stands still and a teller that can fail or take its time.
import { LIMITS, simulatedClock } from "@holdfast/base";
import { expect, test } from "vitest";
import { Clearings } from "./clearings.ts";
import type { Purge } from "./purge.ts";

const address = (url: string, workspace = "acme"): Purge => ({ workspace, url, exact: true });
const SOON_MS = LIMITS.cache_clearings_ms;
const PROBE_MS = LIMITS.shared_limits_probe_ms;

function teller() {
  const clock = simulatedClock();
  const said: (readonly Purge[])[] = [];
  const changes: boolean[] = [];
  const state = { away: false, pause_ms: 0 };
  const clearings = new Clearings({
    clock,
    async tell(purges) {
      if (state.pause_ms > 0) await clock.sleep(state.pause_ms);
      if (state.away) throw new Error("away");
      said.push(purges);
    },
    on_change: (told) => void changes.push(told),
  });
  return { clock, said, changes, state, clearings };
}

/** Each about a hundredth of a message. */
const long = (index: number) =>
  address(`shop.example.com/${index}/${"x".repeat(LIMITS.cache_clearings_bytes_max / 100)}`);

test("a burst is one message, in which each address stands once", async () => {
  const { clock, said, clearings } = teller();
  for (let turn = 0; turn < 1000; turn++) clearings.add(address(`shop.example.com/${turn % 3}`));
  clearings.add(address("shop.example.com/0", "other"));
  expect(said).toEqual([]);
  await clock.advance(SOON_MS);
  const urls = ["shop.example.com/0", "shop.example.com/1", "shop.example.com/2"];
  expect(said).toEqual([[...urls.map((url) => address(url)), address("shop.example.com/0", "other")]]);
  clearings.add(address("shop.example.com/1"));
  await clock.advance(SOON_MS);
  expect(said[1]).toEqual([address("shop.example.com/1")]);
  await clock.advance(60_000);
  expect(said).toHaveLength(2);
});

test("a message that is full does not wait, and none is larger", async () => {
  const { clock, said, clearings } = teller();
  for (let index = 0; index < 250; index++) clearings.add(long(index));
  await clock.advance(0);
  expect(said.length).toBeGreaterThanOrEqual(2);
  await clock.advance(SOON_MS);
  expect(said.flat()).toHaveLength(250);
  for (const purges of said)
    expect(JSON.stringify(purges).length).toBeLessThan(LIMITS.cache_clearings_bytes_max * 1.05);
});

test("one message is under way at a time", async () => {
  const { clock, said, state, clearings } = teller();
  state.pause_ms = 500;
  clearings.add(address("a"));
  await clock.advance(SOON_MS);
  clearings.add(address("b"));
  clearings.add(address("c"));
  await clock.advance(SOON_MS * 2);
  expect(said).toEqual([]);
  await clock.advance(500 + SOON_MS + 500);
  expect(said).toEqual([[address("a")], [address("b"), address("c")]]);
});

test("what cannot be told is told later", async () => {
  const { clock, said, changes, state, clearings } = teller();
  state.away = true;
  clearings.add(address("a"));
  await clock.advance(SOON_MS);
  clearings.add(address("b"));
  await clock.advance(PROBE_MS * 3);
  expect([said, changes]).toEqual([[], [false]]);
  state.away = false;
  await clock.advance(PROBE_MS);
  expect(new Set(said.flat())).toEqual(new Set([address("a"), address("b")]));
  expect([said.length, changes]).toEqual([1, [false, true]]);
});

test("too much of it becomes all that its workspaces keep", async () => {
  const { clock, said, state, clearings } = teller();
  state.away = true;
  clearings.add(long(0));
  await clock.advance(SOON_MS);
  clearings.add(address("a", "other"));
  for (let index = 0; index < 2000; index++) clearings.add(long(index));
  state.away = false;
  await clock.advance(PROBE_MS);
  expect(said.flat().sort((one, next) => (one.workspace < next.workspace ? -1 : 1))).toEqual([
    { workspace: "acme" },
    { workspace: "other" },
  ]);
});

test("the last ones go before the end, unless nobody can be told", async () => {
  const { clock, said, state, clearings } = teller();
  clearings.add(address("a"));
  await clearings.close();
  expect(said).toEqual([[address("a")]]);
  state.away = true;
  clearings.add(address("b"));
  await clock.advance(SOON_MS);
  await clearings.close();
  await clock.advance(PROBE_MS * 2);
  expect(said).toHaveLength(1);
});
