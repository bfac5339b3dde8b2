// Runs the real command as a process of its own on free ports, the way an operator would, and speaks to it from outside.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../apps/holdfast/main.ts", import.meta.url));
const READY_MS = 30_000;

export type HoldfastProcess = {
  gateway: string;
  public: string;
  control: string;
  setup_token: string | undefined;
  /** From the spawn to the moment when it said where it is. */
  ready_ms: number;
  pid: number;
  /** All it wrote so far, both streams. */
  output(): string;
  /** Resolves with the exit code; null when a signal ended it. */
  exited: Promise<number | null>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

export type ProcessOptions = {
  data_dir: string;
  args?: string[];
  environment?: Record<string, string>;
  /** Where it looks for a settings file of its own accord. */
  cwd?: string;
  /** As whoever starts it by hand has it. Default: no, which starts it a second earlier. */
  warm_up?: boolean;
};

/** Rejects with everything it wrote when it ends instead of serving. */
export async function startHoldfastProcess(options: ProcessOptions): Promise<HoldfastProcess> {
  const started = performance.now();
  const { child, output, exited } = runHoldfast(["start", ...placed(options), ...(options.args ?? [])], options);
  const addresses = await Promise.race([greeting(child, output), endedEarly(exited, output)]);
  return {
    ...addresses,
    ready_ms: performance.now() - started,
    pid: child.pid as number,
    output,
    exited,
    stop(signal = "SIGTERM") {
      child.kill(signal);
      return exited;
    },
  };
}

/** Runs any command of the program; for those that end by themselves. */
export function runHoldfast(args: string[], options: Pick<ProcessOptions, "environment" | "cwd" | "warm_up"> = {}) {
  let text = "";
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
    cwd: options.cwd,
    env: {
      ...withoutOurs(process.env),
      HOLDFAST_WARM_UP: options.warm_up ? "on" : "off",
      ...options.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, output: () => text, exited };
}

function placed({ data_dir }: ProcessOptions): string[] {
  const hosts = ["gateway", "public", "control"].flatMap((door) => [
    `--${door}-host`,
    "127.0.0.1",
    `--${door}-port`,
    "0",
  ]);
  return ["--data-dir", data_dir, "--workers", "2", ...hosts];
}

/** What the machine has set for a Holdfast of its own is not for this one. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("HOLDFAST_")));
}

type Addresses = Pick<HoldfastProcess, "gateway" | "public" | "control" | "setup_token">;

function greeting(child: ChildProcess, output: () => string): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    const give_up = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`was not ready after ${READY_MS} ms:\n${output()}`));
    }, READY_MS);
    child.stdout?.on("data", () => {
      const address = (name: string): string | undefined => new RegExp(`^${name} +(http\\S+)`, "m").exec(output())?.[1];
      const [gateway, public_site, control] = ["Gateway", "Public", "Console"].map(address);
      // The last line of the greeting says where the settings are, or how to make the first admin.
      if (!gateway || !public_site || !control || !/^Settings .*\n/m.test(output())) return;
      clearTimeout(give_up);
      const setup_token = /\/setup\?token=(\S+)\n/.exec(output())?.[1];
      resolve({ gateway, public: public_site, control, setup_token });
    });
  });
}

async function endedEarly(exited: Promise<number | null>, output: () => string): Promise<never> {
  const code = await exited;
  throw new Error(`ended with ${code} before it was ready:\n${output()}`);
}
