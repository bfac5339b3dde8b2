// The listener on `node:http`: its parser in strict mode, raw header lists, no limits of its own but those of base/limits.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { LIMITS, PROBLEMS, type ProblemCode } from "@holdfast/base";
import { listen } from "./listen.ts";
import type { Listener, ListenerOptions, WholeAnswer } from "./listener.ts";
import { exchangeOn, NodeExchange } from "./node-exchange.ts";
import { peerOf } from "./peer.ts";

/** Resolves when the port is listening. */
export async function startNodeListener(options: ListenerOptions): Promise<Listener> {
  const server = createServer({
    maxHeaderSize: LIMITS.head_bytes_max,
    headersTimeout: LIMITS.head_ms,
    // Slow bodies are the pipeline's business: a long upload is fine as long as it moves.
    requestTimeout: 0,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: LIMITS.keep_alive_ms,
    // Missing and repeated Host headers are refused by the pipeline, with a record.
    requireHostHeader: false,
    insecureHTTPParser: false,
  });
  // 0: none is silently dropped. Their bytes are limited.
  server.maxHeadersCount = 0;
  const state = { stopping: false };
  handleRequests(server, options, state);
  handleBroken(server, options);
  const listening = await listen(server, options, { allowHalfOpen: true, noDelay: true });
  return {
    port: listening.port,
    // node:http closes idle connections with the server, so that this is the begin of `stop`.
    shut: () => undefined,
    stop() {
      state.stopping = true;
      return listening.close();
    },
    destroy: () => server.closeAllConnections(),
  };
}

function handleRequests(server: Server, options: ListenerOptions, state: { stopping: boolean }): void {
  const begin = (request: IncomingMessage, response: ServerResponse, waits_for_continue: boolean) => {
    const exchange = new NodeExchange(request, response, waits_for_continue, state);
    exchange.events = options.onExchange(exchange);
  };
  server.on("request", (request, response) => begin(request, response, false));
  server.on("checkContinue", (request, response) => begin(request, response, true));
  // Other expectations: the pipeline reads the header and refuses.
  server.on("checkExpectation", (request, response) => begin(request, response, false));
}

function handleBroken(server: Server, { onBroken }: ListenerOptions): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    const left = error.code === "ECONNRESET" || error.code === "HPE_INVALID_EOF_STATE" || !socket.writable;
    // Whoever leaves, or opens a connection and says nothing on it, gets no answer.
    if (left || (socket as Socket).bytesRead === 0) return void socket.destroy(error);
    const problem = problemOf(error);
    const busy = exchangeOn(socket)?.onBrokenInput(problem.detail);
    if (busy === "body") return;
    const answer = onBroken({ ...problem, remote_address: peerOf(socket as Socket) });
    if (busy === undefined) finishWith(socket, answer);
  });
  server.on("connect", (_: IncomingMessage, socket: Duplex) => {
    socket.on("error", () => socket.destroy());
    const detail = "CONNECT is not spoken here.";
    finishWith(socket, onBroken({ code: "upgrade_not_supported", detail, remote_address: peerOf(socket as Socket) }));
  });
}

function problemOf(error: NodeJS.ErrnoException & { reason?: string }): { code: ProblemCode; detail: string } {
  if (error.code === "HPE_HEADER_OVERFLOW")
    return { code: "header_too_large", detail: `The request head may have ${LIMITS.head_bytes_max} bytes.` };
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT")
    return { code: "request_timeout", detail: `The request head was not complete within ${LIMITS.head_ms} ms.` };
  return { code: "malformed_request", detail: `${error.reason ?? error.message}.` };
}

/** There is no parser left on this socket, so the answer is written by hand, once, as the last thing. */
function finishWith(socket: Duplex, { status, headers, body }: WholeAnswer): void {
  const lines = [`HTTP/1.1 ${status} ${PROBLEM_TITLES.get(status) ?? "Error"}`];
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`);
  lines.push(`content-length: ${Buffer.byteLength(body)}`, "connection: close", "", body);
  socket.end(lines.join("\r\n"), () => socket.destroy());
}

/** Reason phrases carry no meaning (RFC 9112 section 4); ours say what the catalogue says. */
const PROBLEM_TITLES = new Map<number, string>(Object.values(PROBLEMS).map(({ status, title }) => [status, title]));
