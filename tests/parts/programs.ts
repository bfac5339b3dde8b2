// Small things that every part needs: programs on this machine, free ports, servers that start and stop.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Daemons live in sbin, which is not on everybody's PATH. */
const extraFolders = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];
export const startTimeout_ms = 30_000;
export const pollEvery_ms = 50;

/** @throws naming the program when it is not here */
export function findProgram(name: string): string {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...extraFolders];
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found === undefined) throw new Error(`${name} is not on this machine`);
  return found;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

export interface RunningServer {
  child: ChildProcess;
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a server and resolves when its port accepts. Should this process die, the server is killed with it. */
export async function startServer(
  path: string,
  args: string[],
  port: number,
  options: SpawnOptions = {},
): Promise<RunningServer> {
  const child = spawn(path, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout?.on("data", (chunk) => (output += chunk));
  child.stderr?.on("data", (chunk) => (output += chunk));
  const killWithUs = () => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      output += error.message;
      resolve();
    });
    child.once("exit", () => resolve());
  });
  const deadline = Date.now() + startTimeout_ms;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
      killWithUs();
      throw new Error(`${path} did not start: ${output.trim().slice(-500)}`);
    }
    await sleep(pollEvery_ms);
  }
  return {
    child,
    stop: async (signal) => {
      child.kill(signal);
      await ended;
      process.off("exit", killWithUs);
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
