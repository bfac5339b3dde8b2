// Addresses of one name, asked now, with the time for which they are good. The system's own resolver is asked last: it knows search
// domains and local names, but it works on the few threads that also write files, and a dead DNS server would stop those.
import { lookup, Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { LIMITS } from "@holdfast/base";

export type Address = { address: string; family: 4 | 6 };

/** `ttl_ms` as DNS says it; undefined where nobody said. */
export type Resolved = { addresses: Address[]; ttl_ms: number | undefined };

/** Rejects when the name has no address, or nobody could say. */
export type Resolve = (name: string) => Promise<Resolved>;

const HOSTS_FILE = process.platform === "win32" ? "C:\\Windows\\System32\\drivers\\etc\\hosts" : "/etc/hosts";

/** `servers`: default, those of the system. */
export function createResolve(servers?: readonly string[]): Resolve {
  const resolver = new Resolver({ timeout: LIMITS.name_answer_ms, tries: 2 });
  if (servers) resolver.setServers(servers);
  return async (name) => {
    const local = await hostsAddresses(name);
    if (local.length > 0) return { addresses: local, ttl_ms: undefined };
    // A name without a dot means something only together with a search domain.
    if (!name.includes(".")) return systemAddresses(name);
    const [v4, v6] = await Promise.allSettled([
      resolver.resolve4(name, { ttl: true }),
      resolver.resolve6(name, { ttl: true }),
    ]);
    const found = [...recordsOf(v4, 4), ...recordsOf(v6, 6)];
    if (found.length > 0)
      return {
        addresses: found.map(({ address, family }) => ({ address, family })),
        ttl_ms: Math.min(...found.map(({ ttl }) => ttl)) * 1000,
      };
    const failure = v4.status === "rejected" ? v4.reason : v6.status === "rejected" ? v6.reason : undefined;
    if (isSilence(failure)) throw failure;
    return systemAddresses(name);
  };
}

type Records = PromiseSettledResult<{ address: string; ttl: number }[]>;

function recordsOf(settled: Records, family: 4 | 6): { address: string; ttl: number; family: 4 | 6 }[] {
  return settled.status === "fulfilled" ? settled.value.map((record) => ({ ...record, family })) : [];
}

/** Nobody answered: the system's resolver would wait for the same silence, on a thread that others need. */
function isSilence(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "ETIMEOUT";
}

async function systemAddresses(name: string): Promise<Resolved> {
  const found = await lookup(name, { all: true });
  return {
    addresses: found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 })),
    ttl_ms: undefined,
  };
}

/** What the machine's own table says, which comes before DNS as everywhere (hosts(5)). */
async function hostsAddresses(name: string): Promise<Address[]> {
  let text: string;
  try {
    text = await readFile(HOSTS_FILE, "utf8");
  } catch {
    // A machine without such a file has no such names.
    return [];
  }
  return text.split("\n").flatMap((line): Address[] => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const family = isIP(address);
    return family !== 0 && names.includes(name) ? [{ address, family: family === 6 ? 6 : 4 }] : [];
  });
}
