// TLS to one upstream: whom we trust, who we are, and the name that the other side must prove.
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";

/** All in PEM. */
export type TlsOptions = {
  /** In place of the certificates that the system trusts. */
  ca?: string | undefined;
  client_certificate?: string | undefined;
  client_key?: string | undefined;
  /** Default: the host of the address. */
  server_name?: string | undefined;
};

/** For `tls.connect`, as far as they do not name the place. */
export function tlsConnectOptions(host: string, options: TlsOptions | undefined): ConnectionOptions {
  const { ca, client_certificate, client_key, server_name } = options ?? {};
  const name = server_name ?? host;
  return {
    // An address is no name to ask for (RFC 6066 section 3).
    ...(isIP(name) ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca }),
    ...(client_certificate === undefined ? {} : { cert: client_certificate }),
    ...(client_key === undefined ? {} : { key: client_key }),
  };
}
