// Looks at the product's processes from outside, as the system sees them (proc(5)): the one that everything runs in, and its child that
// keeps the calls.
import { readdirSync, readFileSync } from "node:fs";
import { residentMb } from "../places.ts";

export type Look = {
  at_s: number;
  /** MB of a million bytes. */
  memory_mb: number;
  descriptors: number;
  threads: number;
  /** Seconds of a core that the process has used so far. */
  cpu_s: number;
  store_mb: number;
  store_descriptors: number;
};

const TICKS_PER_SECOND = 100;

export function lookAt(pid: number, at_s: number): Look {
  const [store] = childrenOf(pid);
  return {
    at_s,
    memory_mb: residentMb(pid),
    descriptors: descriptorsOf(pid),
    threads: Number(/Threads:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]),
    cpu_s: cpuSeconds(pid),
    store_mb: store === undefined ? 0 : residentMb(store),
    store_descriptors: store === undefined ? 0 : descriptorsOf(store),
  };
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** By the parent that each process of the machine names. */
function childrenOf(pid: number): number[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((one) => statOf(one)?.[1] === String(pid));
}

function cpuSeconds(pid: number): number {
  const stat = statOf(pid) ?? [];
  return (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND;
}

/** The fields behind the name, which may have spaces of its own: state, parent and so on. Undefined: it has ended. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

type Watch = { looks: Look[]; stop(): void };

/** `on_look`: also told of each. */
export function startWatch(pid: number, every_ms: number, on_look: (look: Look) => void): Watch {
  const began_ms = performance.now();
  const looks: Look[] = [];
  const timer = setInterval(() => {
    const look = lookAt(pid, (performance.now() - began_ms) / 1000);
    looks.push(look);
    on_look(look);
  }, every_ms);
  return { looks, stop: () => clearInterval(timer) };
}
