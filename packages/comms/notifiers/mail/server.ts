// The mail server that settings name: its address read apart by ourselves, and the connection to it under the rules of
// packages/net, because a tenant names it.
import { connect, isIP, type Socket } from "node:net";
import { AddressRefused, checkedLookup, compileAddressRules, DENIED_ADDRESSES } from "@holdfast/net";

export type MailServer = {
  host: string;
  port: number;
  /** TLS from the first byte; without it STARTTLS is used where the server offers it. */
  secure: boolean;
  auth?: { user: string; pass: string };
};

/** User and password reach to the last @, so that a password may hold any character. */
const ADDRESS = /^(smtps?):\/\/(?:([^:@/?#]*)(?::(.*))?@)?(\[[0-9a-f:.]+\]|[^\s:@/?#[\]]+)(?::(\d{1,5}))?\/?$/is;

/**
 * smtp[s]://[user:password@]host[:port]. The mail library is never given the address itself: it takes what follows a `?` as
 * options, and one of them names a program to run. Throws for anything else.
 */
export function parseServer(smtp: string): MailServer {
  const [, scheme = "", user, pass = "", host, port] = ADDRESS.exec(smtp) ?? [];
  if (host === undefined) throw new Error("the mail server is not written as smtp://host:port");
  const secure = scheme.toLowerCase() === "smtps";
  return {
    host: host.replace(/^\[|\]$/g, ""),
    port: port === undefined ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(user ? { auth: { user: decoded(user), pass: decoded(pass) } } : {}),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a secret by reference, which nobody encoded
  }
}

const check = compileAddressRules(DENIED_ADDRESSES);

/** Rejects with AddressRefused for an address that nobody may be connected to. */
export function openServer({ host, port }: MailServer, within_ms: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const refused = isIP(host) ? check(host) : undefined;
    if (refused) return reject(new AddressRefused(host, refused));
    const socket = connect({ host, port, lookup: checkedLookup(check), timeout: within_ms });
    socket.once("error", reject);
    socket.once("timeout", () => socket.destroy(new Error(`no connection to ${host} within ${within_ms} ms`)));
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}
