// The options of TLS as the gateway takes them. Certificates are not among them: they stand in the settings, by host.
import { randomBytes, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { GatewayTls } from "@holdfast/gateway";
import type { Options } from "../options.ts";
import { CannotStart } from "./ports.ts";

type TlsOptions = Pick<Options, "tls_min_version" | "tls_client_ca" | "tls_client_certificates">;

const TICKET_KEY_BYTES = 48;

/** All but the port. Rejects with CannotStart when the authorities cannot be read. */
export async function readTls(options: TlsOptions): Promise<Omit<GatewayTls, "port">> {
  const { tls_min_version, tls_client_ca, tls_client_certificates } = options;
  const client_ca = tls_client_ca === undefined ? undefined : await readAuthorities(tls_client_ca);
  return {
    min_version: tls_min_version,
    client_ca,
    client_certificates: client_ca === undefined ? "none" : tls_client_certificates,
    ticket_keys: randomBytes(TICKET_KEY_BYTES),
  };
}

async function readAuthorities(path: string): Promise<string> {
  try {
    const pem = await readFile(path, "utf8");
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === undefined || code.startsWith("ERR_OSSL") ? "it is no certificate in PEM" : `${code}`;
    throw new CannotStart(`the authorities of --tls-client-ca, ${path}, cannot be read: ${why}.`);
  }
}
