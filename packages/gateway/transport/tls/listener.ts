// The listener over TLS: handshakes here, then HTTP/2 or HTTP/1.1 as the client chose (ALPN). HTTP/1.1 is spoken by the same
// connections as on the plain port.
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { LIMITS, type Log, Roster } from "@holdfast/base";
import { H2Connection, type H2Shared } from "../h2/connection.ts";
import { Connection, type Shared } from "../lean/connection.ts";
import { dateLine, type Listening, listen } from "../listen.ts";
import type { Listener, ListenerOptions } from "../listener.ts";
import { RETIRE_MS } from "../patience.ts";
import { peerOf } from "../peer.ts";
import type { Certificates } from "./certificates.ts";
import { clientCertificateOf } from "./client-certificate.ts";

export type TlsListenerOptions = ListenerOptions & {
  certificates: Certificates;
  /** Whether clients are asked for a certificate, and whether they must have one. */
  client_certificates: "none" | "ask" | "require";
  /** 48 bytes that all threads share, so that a session begun at one is resumed at another. */
  ticket_keys?: Uint8Array | undefined;
  log: Log;
};

export type TlsListener = Listener & {
  /** New handshakes see what `certificates` has now. */
  refresh(): void;
};

const SWEEP_MS = 1000;
const SOCKETS = { allowHalfOpen: true, noDelay: true };

type State = {
  options: TlsListenerOptions;
  h1: Shared;
  h2: H2Shared;
  /** Not yet done with their handshake, by peer: the secured socket does not show the plain one below it. */
  greeting: Map<string, Socket>;
};

/** Resolves when the port is listening. */
export async function startTlsListener(options: TlsListenerOptions): Promise<TlsListener> {
  const state = stateOf(options);
  const server = createTlsServer(options);
  server.on("connection", (socket: Socket) => greet(socket, state));
  server.on("secureConnection", (socket) => serve(socket, state));
  // Strangers that speak something else, or nothing: the socket is closed by now, and there is nobody to answer.
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
    options.log.debug({ code: error.code, address: socket.remoteAddress }, "a TLS handshake failed");
    socket.destroy();
  });
  const stopSweeping = options.clock.every(SWEEP_MS, () => sweep(state));
  const listening = await listen(server, options, SOCKETS);
  return {
    port: listening.port,
    shut: () => void listening.close(),
    refresh: () => server.setSecureContext({ ...options.certificates.fallback, ...ticketsOf(options) }),
    async stop() {
      await stopServer(listening, state);
      stopSweeping();
    },
    destroy() {
      for (const socket of state.greeting.values()) socket.destroy();
      for (const connection of [...state.h1.connections.all(), ...state.h2.connections.all()]) connection.destroy();
    },
  };
}

function stateOf(options: TlsListenerOptions): State {
  const h1 = {
    options,
    connections: new Roster<Connection>(),
    stopping: false,
    date_line: dateLine(options),
    onGone() {},
  };
  const h2 = { options, connections: new Roster<H2Connection>(), stopping: false, onGone() {} };
  return { options, h1, h2, greeting: new Map() };
}

function createTlsServer(options: TlsListenerOptions): Server {
  const { certificates, client_certificates } = options;
  return createServer({
    ...certificates.fallback,
    ...ticketsOf(options),
    ...SOCKETS,
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: LIMITS.tls_handshake_ms,
    requestCert: client_certificates !== "none",
    rejectUnauthorized: client_certificates === "require",
    SNICallback: (name, answer) => answer(null, certificates.contextFor(name)),
  });
}

function ticketsOf({ ticket_keys }: TlsListenerOptions): { ticketKeys?: Buffer } {
  return ticket_keys ? { ticketKeys: Buffer.from(ticket_keys) } : {};
}

function greet(socket: Socket, { greeting }: State): void {
  const peer = placeOf(socket);
  greeting.set(peer, socket);
  socket.on("close", () => {
    if (greeting.get(peer) === socket) greeting.delete(peer);
  });
}

function serve(socket: TLSSocket, state: State): void {
  state.greeting.delete(placeOf(socket));
  const client_certificate = clientCertificateOf(socket);
  if (client_certificate === "refused") {
    state.options.log.warn(
      { address: socket.remoteAddress, why: String(socket.authorizationError) },
      "a client certificate is refused",
    );
    socket.destroy();
    return;
  }
  // False where the client sent no name.
  const name: string | false | null | undefined = socket.servername;
  const covers = name ? state.options.certificates.coverageFor(name) : undefined;
  if (socket.alpnProtocol === "h2") {
    const peer = { remote_address: peerOf(socket), encrypted: true, client_certificate, covers };
    state.h2.connections.add(new H2Connection(socket, peer, state.h2));
    return;
  }
  // A TLS connection cannot be reset, and need not: one that ends without its closing alert says so (RFC 9112 section 9.8).
  const destroy = (): TLSSocket => socket.destroy();
  socket.resetAndDestroy = destroy;
  state.h1.connections.add(new Connection(socket, state.h1, { client_certificate, covers }));
}

function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Resolves when the last connection has told its exchanges that it is gone. */
function stopServer(listening: Listening, { options, h1, h2, greeting }: State): Promise<void> {
  h1.stopping = true;
  h2.stopping = true;
  const strangers = options.clock.after(RETIRE_MS, () => {
    for (const socket of greeting.values()) socket.destroy();
  });
  return new Promise<void>((resolve) => {
    let closed = false;
    const onGone = () => {
      if (closed && h1.connections.size === 0 && h2.connections.size === 0) resolve();
    };
    h1.onGone = onGone;
    h2.onGone = onGone;
    void listening.close().then(() => {
      closed = true;
      onGone();
    });
    // Behind it: whoever is told to come again must not come here.
    for (const connection of [...h1.connections.all(), ...h2.connections.all()]) connection.retire();
  }).finally(strangers);
}

function sweep({ options, h1, h2 }: State): void {
  h1.date_line = dateLine(options);
  for (const connection of h1.connections.all()) connection.sweep(SWEEP_MS);
  for (const connection of h2.connections.all()) connection.sweep(SWEEP_MS);
}
