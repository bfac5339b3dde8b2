// The way of a call that opens a WebSocket: an ordinary call until the upstream answers 101, a passage of frames after that. Any
// other answer is passed on like every answer.
import type { WebSocketSettings } from "@holdfast/contract";
import { headerOf } from "../headers/header-list.ts";
import { readResponseHeaders } from "../headers/response-headers.ts";
import { addPolicyHeaders, replyLines } from "../pipeline/answer.ts";
import type { Call } from "../pipeline/call.ts";
import { fail, failureToProblem } from "../pipeline/failures.ts";
import type { Journey } from "../pipeline/journey.ts";
import { routeJourney } from "../pipeline/route-journey.ts";
import { upstreamHeaders, upstreamPath } from "../pipeline/send.ts";
import { originRule } from "../policies/cors/origins.ts";
import type { Refusal } from "../policies/policy.ts";
import type { Subject, Target } from "../runtime/runtime.ts";
import { flatLines } from "../transport/header-lines.ts";
import type { Tunnel, TunnelEvents } from "../transport/tunnel.ts";
import { acceptOf, handshakeTrouble } from "./handshake.ts";
import { Passage } from "./passage.ts";

/** Called for requests that ask for a WebSocket, once their route is known. */
export function beginWebSocket(call: Call): Refusal | undefined {
  const settings = settingsOf(call);
  if (!settings || !call.exchange.upgrade)
    return { code: "upgrade_not_supported", detail: "This route does not upgrade connections." };
  const trouble = handshakeTrouble({
    method: call.method,
    http_1_0: call.exchange.http_1_0,
    key: call.header("sec-websocket-key"),
    version: call.header("sec-websocket-version"),
  });
  if (trouble) return { code: "malformed_request", detail: trouble, headers: ["sec-websocket-version", "13"] };
  const stranger = settings.origins && strangerTo(settings.origins, call.header("origin"));
  if (stranger) return { code: "forbidden", detail: stranger };
  call.journey = webSocketJourney;
  return undefined;
}

function settingsOf({ subject }: Call): WebSocketSettings | undefined {
  return subject?.plan.kind === "route" ? subject.plan.websocket : undefined;
}

/** A sentence for the client; undefined when it may. */
function strangerTo(origins: readonly string[], origin: string | undefined): string | undefined {
  if (origin === undefined) return "Only pages may open a WebSocket here, and the handshake names no Origin.";
  return originRule(origins)(origin) ? undefined : "Pages of this origin may not open a WebSocket here.";
}

const webSocketJourney: Journey = {
  ...routeJourney,

  send(call) {
    const target = call.target as Target;
    call.enter("connect", (call.subject as Subject).timeouts.connect_ms);
    call.attempts++;
    const headers = upstreamHeaders(call);
    const path = upstreamPath(call, target);
    const { upstream_host: host } = call;
    call.upstream = target.origin.send(
      { method: "GET", path, headers, body: undefined, upgrade: "websocket", host },
      call,
    );
  },

  // A handshake is not sent again: the client opens another connection.
  onFailed: (call, failure) => fail(call, failureToProblem(failure)),
};

/** The upstream has answered 101. */
export function openPassage(call: Call, flat: readonly string[], upstream: Tunnel): TunnelEvents {
  const { idle, message_most } = settingsOf(call) as WebSocketSettings;
  const passage = new Passage(call, { message_bytes_max: message_most });
  if (headerOf(flat, "sec-websocket-accept") !== acceptOf(call.header("sec-websocket-key") as string)) {
    const detail = "The service switched protocols without having read the handshake.";
    fail(call, { code: "upstream_invalid", detail });
    return passage.upstreamEvents;
  }
  const { headers } = readResponseHeaders(flat, 101, (call.subject as Subject).limited(call));
  addPolicyHeaders(call, headers);
  headers.push(...flatLines(replyLines(call)), "upgrade", "websocket");
  call.status = 101;
  call.head_sent = true;
  call.passage = passage;
  call.enter("reply", idle);
  const client = (call.exchange.upgrade as NonNullable<Call["exchange"]["upgrade"]>)(headers, passage.clientEvents);
  passage.open(client, upstream);
  return passage.upstreamEvents;
}
