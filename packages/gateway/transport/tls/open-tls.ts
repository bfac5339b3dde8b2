// TLS of one gateway worker: a listener, and the certificates of the plan that it serves.
import type { Log } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";
import type { Listener, ListenerOptions } from "../listener.ts";
import { Certificates, type TlsVersion } from "./certificates.ts";
import { startTlsListener, type TlsListenerOptions } from "./listener.ts";

export type GatewayTls = {
  /** 0: any free port. */
  port: number;
  min_version: TlsVersion;
  client_certificates: TlsListenerOptions["client_certificates"];
  /** PEM; needed where client certificates are asked for. */
  client_ca?: string | undefined;
  /** 48 bytes, the same in all threads. */
  ticket_keys?: Uint8Array | undefined;
};

export type OpenTls = Listener & {
  /** New handshakes get the certificates of this plan. Throws, and changes nothing, when a pair is broken. */
  update(plan: Plan): void;
};

export type OpenTlsOptions = { tls: GatewayTls; plan: Plan; listener: ListenerOptions; log: Log };

/** Resolves when the port is listening. */
export async function openTls({ tls, plan, listener, log }: OpenTlsOptions): Promise<OpenTls> {
  const { port, client_certificates, ticket_keys } = tls;
  const certificates = new Certificates(tls);
  certificates.update(plan.certificates ?? []);
  const open = await startTlsListener({ ...listener, port, certificates, client_certificates, ticket_keys, log });
  return {
    port: open.port,
    shut: open.shut,
    stop: open.stop,
    destroy: open.destroy,
    update(next) {
      certificates.update(next.certificates ?? []);
      open.refresh();
    },
  };
}
