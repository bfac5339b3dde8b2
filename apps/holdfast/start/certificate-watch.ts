// Says in the log which certificates expire soon, at start, whenever the plan brings new ones, and once a day.
import { type Cancel, type Clock, LIMITS, type Log } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";

const LOOK_EVERY_MS = 60_000;
const SAY_EVERY_MS = 86_400_000;

export type CertificateWatchOptions = { plan: () => Plan; clock: Clock; log: Log };

export function watchCertificates({ plan, clock, log }: CertificateWatchOptions): Cancel {
  const said_at = new Map<string, number>();
  const look = () => {
    const now = clock.now();
    for (const { workspace, name, hosts, expires_at } of plan().certificates ?? []) {
      const key = `${workspace} ${name} ${expires_at}`;
      const is_near = expires_at - now < LIMITS.certificate_warning_ms;
      if (!is_near || now - (said_at.get(key) ?? -SAY_EVERY_MS) < SAY_EVERY_MS) continue;
      said_at.set(key, now);
      const expires = new Date(expires_at).toISOString();
      const fields = { workspace, certificate: name, hosts, expires };
      if (expires_at <= now) log.error(fields, "a certificate has expired: clients refuse it");
      else log.warn(fields, "a certificate expires soon");
    }
  };
  look();
  return clock.every(LOOK_EVERY_MS, look);
}
