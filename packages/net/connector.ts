// Opens one outgoing connection, within a time, to an address that the rules allow. Names are checked after they are resolved
// and the peer is checked again once it is connected, so a name that changes its address in between gains nothing.
import { isIP, type LookupFunction, type Socket } from "node:net";
import { type Clock, systemClock } from "@holdfast/base";
import { buildConnector } from "undici";
import type { AddressCheck } from "./address-rules.ts";
import { createNames, type Names } from "./names.ts";
import { createResolve } from "./resolve.ts";
import { type TlsOptions, tlsConnectOptions } from "./tls.ts";

/** The address is one that nobody may be connected to. Nothing was sent. */
export class AddressRefused extends Error {
  readonly code = "ADDRESS_REFUSED";

  constructor(host: string, because: string) {
    super(`${host} is not an address for upstreams (${because})`);
    this.name = "AddressRefused";
  }
}

/** No connection was there in time. Nothing was sent. */
export class ConnectTimeout extends Error {
  readonly code = "CONNECT_TIMEOUT";

  constructor(host: string, after_ms: number) {
    super(`no connection to ${host} within ${after_ms} ms`);
    this.name = "ConnectTimeout";
  }
}

export type ConnectorOptions = {
  clock: Clock;
  check: AddressCheck;
  connect_ms: number;
  names: Names;
  /** Host of the origin, as sockets take it. */
  host: string;
  tls: TlsOptions | undefined;
};

export function createConnector({ clock, check, connect_ms, ...to }: ConnectorOptions): buildConnector.connector {
  // HTTP/2 to upstreams is not spoken yet; our own clock replaces undici's coarse one.
  const open = buildConnector({
    allowH2: false,
    timeout: 0,
    lookup: checkedLookup(check, to.names),
    ...(to.tls ? tlsConnectOptions(to.host, to.tls) : {}),
  } as buildConnector.BuildOptions);
  return (options, callback) => {
    const literal = options.hostname.replace(/^\[|\]$/g, "");
    const refused = isIP(literal) ? check(literal) : undefined;
    if (refused) return callback(new AddressRefused(literal, refused), null);
    let settled = false;
    const settle: buildConnector.Callback = (...result) => {
      if (settled) return void result[1]?.destroy();
      settled = true;
      cancel();
      callback(...result);
    };
    const cancel = clock.after(connect_ms, () => {
      settle(new ConnectTimeout(options.host ?? options.hostname, connect_ms), null);
      socket?.destroy();
    });
    // Typed as returning nothing, but the socket is what lets a slow handshake be ended.
    const socket = open(options, checkedPeer(check, settle)) as unknown as { destroy(): void } | undefined;
  };
}

function checkedPeer(check: AddressCheck, settle: buildConnector.Callback): buildConnector.Callback {
  return (error, socket) => {
    if (error) return settle(error, null);
    const address = socket?.remoteAddress ?? "";
    const refused = check(address);
    if (!refused) return settle(null, withHonestResets(socket as NonNullable<typeof socket>));
    socket?.destroy();
    settle(new AddressRefused(address, refused), null);
  };
}

/** What undici's users see in place of ECONNRESET. */
export const RESET_CODE = "UPSTREAM_RESET";

/**
 * undici takes a reset for the orderly end of an answer that has neither length nor chunks, so one that was cut would look whole. By
 * another name it takes it for an error. This listener comes before undici's own.
 */
function withHonestResets<AnySocket extends Socket>(socket: AnySocket): AnySocket {
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNRESET") error.code = RESET_CODE;
  });
  return socket;
}

/** Resolves a name and keeps only allowed addresses. `names`: default, asked anew each time. */
export function checkedLookup(
  check: AddressCheck,
  names: Names = createNames(systemClock, createResolve()),
): LookupFunction {
  return (hostname, options, callback) => {
    names.addresses(hostname).then(
      (found) => {
        const allowed = found.filter(({ address, family }) => !check(address) && fits(options.family, family));
        const [first] = allowed;
        if (!first) {
          const because = check(found[0]?.address ?? "") ?? "no address";
          callback(new AddressRefused(hostname, because), "");
        } else if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, ""),
    );
  };
}

function fits(wanted: number | string | undefined, family: 4 | 6): boolean {
  return !wanted || wanted === family || wanted === `IPv${family}`;
}
