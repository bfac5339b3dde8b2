// Opens one outgoing connection, within a time, to an address that the rules allow. Names are checked after they are resolved
// and the peer is checked again once it is connected, so a name that changes its address in between gains nothing.
import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import type { Clock } from "@holdfast/base";
import { buildConnector } from "undici";
import type { AddressCheck } from "./address-rules.ts";

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

export function createConnector(clock: Clock, check: AddressCheck, connect_ms: number): buildConnector.connector {
  // HTTP/2 to upstreams is not spoken yet; our own clock replaces undici's coarse one.
  const open = buildConnector({
    allowH2: false,
    timeout: 0,
    lookup: checkedLookup(check),
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
    if (!refused) return settle(null, socket as NonNullable<typeof socket>);
    socket?.destroy();
    settle(new AddressRefused(address, refused), null);
  };
}

/** Resolves a name and keeps only allowed addresses. */
export function checkedLookup(check: AddressCheck): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "");
      const allowed = found.filter(({ address }) => !check(address));
      const [first] = allowed;
      if (!first) {
        const because = check(found[0]?.address ?? "") ?? "no address";
        return callback(new AddressRefused(hostname, because), "");
      }
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}
