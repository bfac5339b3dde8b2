import { simulatedClock } from "@holdfast/base";
import { expect, test } from "vitest";
import type { Tunnel, TunnelEvents } from "../transport/tunnel.ts";
import type { UpstreamEvents, UpstreamOrigin } from "../transport/upstream.ts";
import { Watch } from "./watch.ts";
import { watchedOrigin } from "./watched-origin.ts";

const request = { method: "GET", path: "/", headers: [], body: undefined };

/** An origin that says what the test wants it to, and what was said to whoever asked. */
function asked() {
  const said: string[] = [];
  let tell: UpstreamEvents | undefined;
  const say = (what: string) => () => void said.push(what);
  const inner = {
    write: () => true,
    finish: say("finish"),
    pause: say("pause"),
    resume: say("resume"),
    cancel: say("cancel"),
  };
  const bare: UpstreamOrigin = {
    name: "10.0.0.1:80",
    send(_, events) {
      tell = events;
      return inner;
    },
  };
  const watch = new Watch({}, 0, () => undefined);
  const tunnel_events: TunnelEvents = { onBytes: say("bytes"), onDrain: say("drain"), onEnded: say("ended") };
  let upstream_tunnel: Tunnel | undefined;
  const exchange = watchedOrigin(bare, watch, simulatedClock()).send(request, {
    onConnected: say("connected"),
    onUploadWanted: say("upload"),
    onSent: say("sent"),
    onInterim: (status) => void said.push(`interim ${status}`),
    onHead: (status) => void said.push(`head ${status}`),
    onData: say("data"),
    onTrailers: say("trailers"),
    onEnd: say("end"),
    onFailed: ({ kind }) => void said.push(kind),
    onUpgraded(_, tunnel) {
      upstream_tunnel = tunnel;
      return tunnel_events;
    },
  });
  return { said, watch, exchange, events: tell as UpstreamEvents, tunnel: () => upstream_tunnel as Tunnel };
}

test("everything is passed on, in its order", () => {
  const { said, events, watch } = asked();
  events.onConnected(true);
  events.onSent();
  events.onInterim?.(103, []);
  events.onHead(200, []);
  events.onData(new Uint8Array(1));
  events.onTrailers?.([]);
  expect(watch.running).toBe(1);
  events.onEnd();
  expect(said).toEqual(["connected", "sent", "interim 103", "head 200", "data", "trailers", "end"]);
  expect(watch).toMatchObject({ running: 0, calls: 1, failures: 0 });
});

test.each([
  ["a status from 500", (events: UpstreamEvents) => events.onHead(500, []), "status 500"],
  [
    "no connection",
    (events: UpstreamEvents) => events.onFailed({ kind: "unreachable", detail: "x" }),
    "unreachable: x",
  ],
])("%s is a failure", (_, happen, error) => {
  const { events, watch } = asked();
  happen(events);
  expect(watch).toMatchObject({ failures: 1, last_error: error });
});

test("a request that cannot be sent, and a client that leaves, say nothing; silence does", () => {
  const unsendable = asked();
  unsendable.events.onFailed({ kind: "unsendable", detail: "x" });
  expect(unsendable.watch).toMatchObject({ failures: 0, running: 0 });
  const left = asked();
  left.exchange.cancel();
  expect(left.watch).toMatchObject({ failures: 0, running: 0 });
  const silent = asked();
  silent.exchange.cancel("silent");
  silent.exchange.cancel();
  expect(silent.watch).toMatchObject({ failures: 1, running: 0 });
});

test.each(["either side", "the client"])("a tunnel is a call under way until %s ends it", (who) => {
  const { events, watch, tunnel, said } = asked();
  const upgraded = events.onUpgraded?.([], {
    write: () => true,
    pause: () => undefined,
    resume: () => undefined,
    end: () => undefined,
    destroy: () => void said.push("destroyed"),
  });
  upgraded?.onBytes(new Uint8Array(1));
  expect(watch).toMatchObject({ running: 1, failures: 0 });
  if (who === "the client") tunnel().destroy();
  else upgraded?.onEnded();
  expect(watch.running).toBe(0);
  expect(said).toEqual(["bytes", who === "the client" ? "destroyed" : "ended"]);
});
