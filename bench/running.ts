// A server of the benchmark: a process on cores of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { waitForPort } from "./wait.ts";

export type Running = { pid: number; stop(): Promise<void> };

/** A plan of 100,000 keys takes its time. */
const START_MS = 60_000;

const children = new Set<ChildProcess>();
// Whatever ends the benchmark, nothing is left running.
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Runs a command on some cores only (`taskset -c`) and waits until `port` accepts. */
export async function startPinned(command: string, args: string[], port: number, cores: string): Promise<Running> {
  const child = spawn("taskset", ["-c", cores, command, ...args], { stdio: ["ignore", "inherit", "inherit"] });
  children.add(child);
  await waitForPort(port, START_MS);
  return { pid: child.pid as number, stop: () => stopped(child) };
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => {
      children.delete(child);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
