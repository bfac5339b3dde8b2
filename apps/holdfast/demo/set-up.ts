// Makes the demo's admin through the same door as anybody's first admin: the one-time link.
import { randomBytes } from "node:crypto";
import type { Running } from "../start/holdfast.ts";

export type DemoAdmin = { email: string; password: string };

/** Undefined when somebody exists already, because the data of an earlier demo was kept. */
export async function setUpAdmin({ setup_link, control_url }: Running): Promise<DemoAdmin | undefined> {
  if (!setup_link) return undefined;
  const admin = { email: "demo@example.com", password: randomBytes(9).toString("base64url") };
  const token = new URL(setup_link).searchParams.get("token");
  const response = await fetch(`${control_url}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: control_url },
    body: JSON.stringify({ token, name: "Demo Admin", ...admin }),
  });
  if (!response.ok) throw new Error(`the demo's admin could not be made: ${response.status} ${await response.text()}`);
  return admin;
}
