// Streams over TLS, HTTP/1.1 and HTTP/2: each piece at once, and a client that leaves is noticed, whether it says so or its connection
// just goes away.
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { ClientHttp2Session } from "node:http2";
import { connect } from "node:tls";
import { simulatedClock, systemClock } from "@holdfast/base";
import { afterEach, describe, expect, test } from "vitest";
import { h2Client, TLS } from "../../tests/gateway/h2-parts.ts";
import { CERTIFICATE, ca, GET } from "../../tests/gateway/h2-routes.ts";
import { promised } from "../../tests/gateway/hearing.ts";
import { closeAll, closeLater, request, routeTo, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

/** What a test does with a client, whatever it speaks. */
type Client = { onText(hear: (text: string) => void): void; cancel(): void; breakOff(): void };

async function overHttp1(port: number): Promise<Client> {
  const socket = connect({ port, host: "127.0.0.1", ca: ca.certificate, servername: "shop.example.com" });
  socket.on("error", () => undefined);
  closeLater(async () => void socket.destroy());
  await once(socket, "secureConnect");
  socket.write(request("GET /orders/1"));
  return {
    onText: (hear) => void socket.on("data", (chunk) => hear(String(chunk))),
    cancel: () => void socket.end(),
    breakOff: () => void socket.destroy(),
  };
}

async function overHttp2(port: number): Promise<Client> {
  const session: ClientHttp2Session = await h2Client(port, ca.certificate);
  const stream = session.request(GET);
  stream.on("error", () => undefined);
  return {
    onText: (hear) => void stream.on("data", (chunk) => hear(String(chunk))),
    cancel: () => stream.close(),
    breakOff: () => session.socket.destroy(),
  };
}

describe.each([
  ["HTTP/1.1", overHttp1],
  ["HTTP/2", overHttp2],
])("over %s", (_, open) => {
  test("pieces pass when they come", async () => {
    const begun = promised<ServerResponse>();
    const { url } = await upstream((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      begun.tell(response);
    });
    const { gateway } = await world(
      { routes: [routeTo(url)], certificates: [CERTIFICATE], tls: TLS },
      simulatedClock(Date.now()),
    );
    const client = await open(gateway.tls_port as number);
    let heard = "";
    let look = (): void => undefined;
    client.onText((text) => {
      heard += text;
      look();
    });
    const response = await begun.told;
    for (let tick = 0; tick < 20; tick++) {
      const came = promised();
      look = () => heard.includes(`tick ${tick};`) && came.tell();
      response.write(`tick ${tick};`);
      await came.told;
    }
  });

  test.each(["cancel", "breakOff"] as const)(
    "a client that leaves is noticed while nothing passes: %s",
    async (way) => {
      const asked = promised();
      const left = promised<number>();
      const { url } = await upstream((_, response) => {
        response.on("close", () => left.tell(performance.now()));
        asked.tell();
      });
      const { gateway, record } = await world(
        { routes: [routeTo(url)], certificates: [CERTIFICATE], tls: TLS },
        systemClock,
      );
      const client = await open(gateway.tls_port as number);
      await asked.told;
      const left_at = performance.now();
      client[way]();
      expect((await left.told) - left_at).toBeLessThan(250);
      expect(await record()).toMatchObject({ outcome: "client_gone", status: 499 });
    },
  );
});
