// `holdfast demo`: the same start as always, with a world around it. Whatever happens in it came through the doors that
// everybody uses: settings file, setup link, gateway, feedback intake.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Log, parseDuration, systemClock } from "@holdfast/base";
import { z } from "zod";
import { type Flags, processEnvironment, readOptions } from "../environment.ts";
import type { Options } from "../options.ts";
import { refuseOptions, runToEnd } from "../start/command.ts";
import { type Running, startHoldfast } from "../start/holdfast.ts";
import { claimPort } from "../start/ports.ts";
import { type DemoAdmin, setUpAdmin } from "./set-up.ts";
import { serveShopWeb } from "./shop-web.ts";
import { sendVisitors } from "./visitors.ts";
import { buildWorld, type World } from "./world.ts";

const BAD_SHARE = 0.4;
const SETTINGS = fileURLToPath(new URL("./holdfast.yaml", import.meta.url));

export const DemoFlags = z.object({
  keep: z.boolean().default(false),
  badAfter: z.string().transform((text, context) => {
    const parsed = parseDuration(text);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: "custom", message: parsed.error, input: text });
    return z.NEVER;
  }),
  visitorsPerSecond: z.coerce.number("expected a number").positive().max(1_000),
  seed: z.coerce.number("expected a number").int().min(0),
  shopPort: z.coerce.number("expected a port").int().min(0).max(65_535),
});
export type DemoFlags = z.input<typeof DemoFlags>;
type DemoOptions = z.output<typeof DemoFlags>;

/** The exit code, as of `start`. */
export async function demo(flags: Flags, demo_flags: DemoFlags): Promise<number> {
  const environment = processEnvironment();
  const here = { data_dir: "./data-demo", config: SETTINGS, gateway_host: "127.0.0.1", public_host: "127.0.0.1" };
  const options = readOptions({ ...here, ...flags }, environment);
  const parsed = DemoFlags.safeParse(demo_flags);
  if (!options.ok) return refuseOptions(options.error);
  if (!parsed.success)
    return refuseOptions(parsed.error.issues.map(({ path, message }) => `--${flagName(path)}: ${message}`));
  return runToEnd(options.value, (log) => startDemo(options.value, parsed.data, log));
}

function flagName(path: PropertyKey[]): string {
  return path.join(".").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function startDemo(options: Options, demo_options: DemoOptions, log: Log): Promise<Running> {
  const clock = systemClock;
  if (!demo_options.keep) await rm(options.data_dir, { recursive: true, force: true });
  const shop_claim = await claimPort({
    what: "the sample shop",
    flag: "--shop-port",
    host: options.public_host,
    port: demo_options.shopPort,
  });
  const { port: shop_port } = shop_claim;
  const { seed, badAfter: bad_after_ms } = demo_options;
  const world = await buildWorld({ clock, seed, bad_after_ms, bad_share: BAD_SHARE, shop_port });
  const environment = { ...processEnvironment(), ...world.variables };
  const running = await startHoldfast({ options, environment, clock, log });
  const admin = await setUpAdmin(running);
  await shop_claim.free();
  const shop = await openShop(running, world, { shop_port, host: options.public_host });
  const stopVisitors = sendVisitors({
    gateway_url: running.gateway_url,
    public_url: running.public_url,
    keys: [...world.keys.values()],
    origin: `http://127.0.0.1:${shop_port}`,
    per_second: demo_options.visitorsPerSecond,
    seed: seed + 4,
    clock,
    log,
  });
  process.stdout.write(welcome(admin, shop_port, demo_options));
  return {
    ...running,
    // The demo's admin used it up.
    setup_link: undefined,
    async stop() {
      stopVisitors();
      await running.stop();
      await shop.close();
      await world.close();
    },
  };
}

function openShop(running: Running, world: World, { shop_port, host }: { shop_port: number; host: string }) {
  return serveShopWeb({
    host,
    port: shop_port,
    gateway_url: running.gateway_url,
    public_port: Number(new URL(running.public_url).port),
    key: world.keys.get("web-shop") ?? "",
    mails: world.mail.mails,
  });
}

function welcome(admin: DemoAdmin | undefined, shop_port: number, { badAfter }: DemoOptions): string {
  const who = admin
    ? `Sign in to the console with\n  e-mail    ${admin.email}\n  password  ${admin.password}`
    : "Sign in to the console as before: the data of the last demo was kept.";
  return `
A sample shop is at http://127.0.0.1:${shop_port}, and the mails of its customers at http://127.0.0.1:${shop_port}/mail.
Version v2 of its API goes bad after ${badAfter / 1000} seconds: watch the console.
${who}

`;
}
