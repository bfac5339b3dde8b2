// What a request carries through the layers of the HTTP side.
import type { Principal } from "@holdfast/identity";
import type { Context } from "hono";

export type Env = {
  Variables: { request_id: string; who: Principal | undefined };
  Bindings: { incoming?: { socket?: { remoteAddress?: string } } };
};

/** The peer of the connection. Forwarded headers are not believed: anyone can write them. */
export function addressOf(context: Context<Env>): string {
  return context.env?.incoming?.socket?.remoteAddress ?? "unknown";
}
