// Everything that can be known before anything is opened: ports, folders, addresses, the settings file, the master key.
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock, Log } from "@holdfast/base";
import type { GatewayTls } from "@holdfast/gateway";
import { sqliteFile } from "@holdfast/storage";
import type { Environment } from "../environment.ts";
import { masterKey } from "../master-key.ts";
import type { Options } from "../options.ts";
import { CannotStart, type Claim, claimPort } from "./ports.ts";
import { type FoundFile, findSettingsFile, settingsPath } from "./settings-file.ts";
import { type Predecessors, takeOver } from "./take-over.ts";
import { readTls } from "./tls.ts";

/** `take_over`: from a Holdfast that runs on the same data; see take-over.ts. */
export type StartInput = { options: Options; environment: Environment; clock: Clock; log: Log; take_over?: boolean };

type Door = "gateway" | "tls" | "public" | "control";

export type Place = {
  data_dir: string;
  spool_dir: string;
  calls_dir: string;
  plan_path: string;
  database_url: string;
  settings_path: string;
  settings_name: string;
  file: FoundFile | undefined;
  master_key: Uint8Array;
  /** Names this machine in call records and spool files. */
  node: string;
  ports: Record<Door, Claim>;
  /** Undefined: TLS is not spoken. */
  tls: GatewayTls | undefined;
  urls: { tls_url: string | undefined; gateway_url: string; public_url: string; control_url: string };
  /** Folders of what was built for browsers. */
  built: { widget_folder: string; console_folder: string };
  /** To be told when this process serves. */
  predecessors: Predecessors | undefined;
};

export async function prepare(input: StartInput): Promise<Place> {
  const { options } = input;
  const data_dir = resolve(options.data_dir);
  const settings_path = settingsPath(options.config);
  const file = await findSettingsFile(options.config);
  // What can be wrong with the options is told before anybody gives up anything.
  const tls_options = options.tls_port === undefined ? undefined : await readTls(options);
  await makeDataFolder(data_dir);
  const lock_file = lockFileIn(data_dir, options);
  const predecessors = input.take_over ? await takeOver(data_dir, lock_file, input) : undefined;
  const ports = await claimPorts(options, predecessors);
  const tls = tls_options && { ...tls_options, port: ports.tls.port };
  return {
    data_dir,
    spool_dir: join(data_dir, "spool"),
    calls_dir: join(data_dir, "calls"),
    plan_path: join(data_dir, "plan.sealed"),
    database_url: options.database_url ?? `sqlite:${data_dir}`,
    settings_path,
    settings_name: basename(settings_path),
    file,
    master_key: await masterKey(options.master_key, data_dir),
    node: nodeName(predecessors?.nodes),
    ports,
    tls,
    urls: urlsOf(options, ports, tls),
    built: { widget_folder: builtFolder("widget"), console_folder: builtFolder("console") },
    predecessors,
  };
}

/** What is locked where the database is not in the folder. */
export function folderLock(data_dir: string): string {
  return join(data_dir, "folder");
}

/** What a process locks before it touches anything in the folder. */
function lockFileIn(data_dir: string, { database_url }: Options): string {
  return database_url === undefined ? sqliteFile(data_dir) : folderLock(data_dir);
}

const FURTHER = "bcdefghijklmnopqrstuvwxyz";

/** Names that come again, so that no folder of the spool is left behind by each; none of those who still write there. */
function nodeName(taken: readonly string[] = []): string {
  const name =
    hostname()
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-") || "node";
  const names = [name, ...[...FURTHER].map((letter) => `${name}-${letter}`)];
  return names.find((free) => !taken.includes(free)) ?? `${name}-${process.pid}`;
}

function urlsOf(options: Options, ports: Place["ports"], tls: GatewayTls | undefined): Place["urls"] {
  return {
    tls_url: tls && `https://${reachable(options.gateway_host)}:${tls.port}`,
    gateway_url: `http://${reachable(options.gateway_host)}:${ports.gateway.port}`,
    public_url: options.public_url ?? `http://${reachable(options.public_host)}:${ports.public.port}`,
    control_url: options.control_url ?? `http://${reachable(options.control_host)}:${ports.control.port}`,
  };
}

async function makeDataFolder(data_dir: string): Promise<void> {
  await mkdir(data_dir, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "EEXIST" || error.code === "ENOTDIR" ? "a file is in the way" : error.message;
    throw new CannotStart(`the data folder ${data_dir} cannot be made: ${why}. Choose another with --data-dir.`);
  });
}

async function claimPorts(options: Options, predecessors: Predecessors | undefined): Promise<Place["ports"]> {
  const shared = predecessors !== undefined;
  const claim = (what: string, name: "gateway" | "public" | "control", also = false): Promise<Claim> =>
    claimPort({
      what,
      flag: `--${name}-port`,
      host: options[`${name}_host`],
      port: options[`${name}_port`],
      shared: also,
    });
  const { tls_port: port, gateway_host: host } = options;
  return {
    gateway: await claim("the gateway", "gateway", shared),
    tls:
      port === undefined
        ? NO_CLAIM
        : await claimPort({ what: "the gateway's TLS", flag: "--tls-port", host, port, shared }),
    public: await claim("the public site", "public"),
    control: await claim("the console", "control"),
  };
}

const NO_CLAIM: Claim = { port: 0, free: async () => undefined };

/** How somebody on this machine reaches what listens on `host`. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function builtFolder(app: "widget" | "console"): string {
  return fileURLToPath(new URL(`../../${app}/dist`, import.meta.url));
}
