// Where an origin's connections go, worked out once.
import { isIP } from "node:net";

export type Target = {
  secure: boolean;
  /** As sockets take it: an IPv6 address without its brackets. */
  host: string;
  /** 0: the host is a name. */
  family: 0 | 4 | 6;
  port: number;
  /** As messages name it, with the port where that is not the usual one. */
  named: string;
};

/** `origin`: of http or https. */
export function targetOf(origin: URL): Target {
  const secure = origin.protocol === "https:";
  const host = hostOf(origin);
  const port = Number(origin.port || (secure ? 443 : 80));
  return { secure, host, family: isIP(host) as Target["family"], port, named: origin.host };
}

export function hostOf(origin: URL): string {
  return origin.hostname.replace(/^\[|\]$/g, "");
}
