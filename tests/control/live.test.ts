// The live stream over a real listener: events of one's own workspace, and an end when the session ends.
import { systemClock } from "@holdfast/base";
import { createControlApp, createLive, type Listener, listen } from "@holdfast/control";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld, type World } from "./world.ts";

let world: World;
let listener: Listener;
beforeAll(async () => {
  world = await startWorld();
  const app = createControlApp(world.services, { console_folder: "/nowhere" });
  listener = await listen(app, { host: "127.0.0.1", port: 0, clock: systemClock });
});
afterAll(async () => {
  await listener.close(100);
  await world.stop();
});

async function open(secret: string, workspace = "acme") {
  const leaving = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${listener.port}/api/v1/workspaces/${workspace}/live`, {
    headers: { authorization: `Bearer ${secret}` },
    signal: leaving.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error("no body");
  let seen = "";
  return {
    answer,
    leave: () => leaving.abort(),
    async until(text: string): Promise<string> {
      while (!seen.includes(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`ended before ${text}: ${seen}`);
        seen += value;
      }
      return seen;
    },
    async ended(): Promise<void> {
      for (;;) if ((await reader.read()).done) return;
    },
  };
}

test("tells members what changed in their workspace, and nobody what changed elsewhere", async () => {
  const { secret } = await world.token("acme", "viewer");
  const stream = await open(secret);
  expect(stream.answer.headers.get("content-type")).toBe("text/event-stream");
  await stream.until(": open");
  world.services.live.changed("globex", "issues", "theirs");
  world.services.live.changed("acme", "issues", "mine");
  const seen = await stream.until("mine");
  expect(seen).toContain('event: changed\ndata: {"topic":"issues","id":"mine"');
  expect(seen).not.toContain("theirs");
  stream.leave();
});

test("forgets whoever left", async () => {
  const { live, clock } = world.services;
  const { secret } = await world.token("acme", "viewer");
  while (live.count() > 0) await clock.sleep(20);
  const before = 0;
  const stream = await open(secret);
  await stream.until(": open");
  expect(live.count()).toBe(before + 1);
  stream.leave();
  for (let waited = 0; live.count() > before && waited < 50; waited++) await clock.sleep(20);
  expect(live.count()).toBe(before);
});

test("a listener that is heard once is not told twice, and a workspace without listeners costs nothing", () => {
  const live = createLive(systemClock);
  const heard: string[] = [];
  const stop = live.subscribe("acme", ({ topic }) => heard.push(topic));
  live.changed("acme", "calls");
  stop();
  live.changed("acme", "issues");
  expect(heard).toEqual(["calls"]);
  expect(live.count()).toBe(0);
});

test("a question for the head alone opens no stream", async () => {
  const { live } = world.services;
  const { secret } = await world.token("acme", "viewer");
  const before = live.count();
  const answer = await world.control("head", "/api/v1/workspaces/acme/live", { as: secret });
  expect([answer.status, live.count()]).toEqual([200, before]);
});
