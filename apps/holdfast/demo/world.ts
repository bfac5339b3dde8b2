// The world around the demo's gateway: two versions of a shop, a provider, a mail server. Everything on this machine alone.
import { randomBytes } from "node:crypto";
import type { Clock } from "@holdfast/base";
import type { Environment } from "../environment.ts";
import { serveProvider } from "./ai-provider.ts";
import { type MailSink, startMailSink } from "./mail-sink.ts";
import { serveShop } from "./shop-service.ts";

export type WorldOptions = {
  clock: Clock;
  seed: number;
  /** When v2 goes bad, counted from its own start; and the share of payments that fail from then on. */
  bad_after_ms: number;
  bad_share: number;
  shop_port: number;
};

export type World = {
  /** What the demo's settings refer to. */
  variables: Environment;
  /** Keys of the consumers, by the names that the demo's settings give them. */
  keys: ReadonlyMap<Consumer, string>;
  mail: MailSink;
  close(): Promise<void>;
};

const CONSUMERS = [
  "web-shop",
  "phone-app",
  "kiosk",
  "mail-order",
  "till-north",
  "till-south",
  "pilot-boat",
  "partner-isle",
] as const;
type Consumer = (typeof CONSUMERS)[number];

const DAY_MS = 86_400_000;

export async function buildWorld({ clock, seed, ...options }: WorldOptions): Promise<World> {
  const begin = clock.now();
  const failing = (): number => (clock.now() - begin > options.bad_after_ms ? options.bad_share : 0);
  const v1 = await serveShop({ version: "v1", seed: seed + 1, clock, failing: () => 0 });
  const v2 = await serveShop({ version: "v2", seed: seed + 2, clock, failing });
  const provider = await serveProvider({ seed: seed + 3, clock });
  const mail = await startMailSink();
  const keys = new Map(CONSUMERS.map((name) => [name, demoKey()]));
  return {
    keys,
    mail,
    variables: {
      DEMO_SHOP_V1: `http://127.0.0.1:${v1.port}`,
      DEMO_SHOP_V2: `http://127.0.0.1:${v2.port}`,
      DEMO_PROVIDER: `http://127.0.0.1:${provider.port}/v1`,
      DEMO_SMTP: `smtp://127.0.0.1:${mail.port}`,
      DEMO_SHOP_ORIGIN: `http://127.0.0.1:${options.shop_port}`,
      DEMO_SHOP_ORIGIN_2: `http://localhost:${options.shop_port}`,
      ...Object.fromEntries([...keys].map(([name, key]) => [`DEMO_KEY_${name.toUpperCase().replace("-", "_")}`, key])),
      DEMO_LAUNCH_FROM: new Date(begin - 3 * DAY_MS).toISOString(),
      DEMO_LAUNCH_UNTIL: new Date(begin + 11 * DAY_MS).toISOString(),
    },
    close: async () => void (await Promise.all([v1, v2, provider, mail].map((part) => part.close()))),
  };
}

function demoKey(): string {
  return `hf_demo_${randomBytes(18).toString("base64url")}`;
}
