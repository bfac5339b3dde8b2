// Runs `holdfast demo` on free ports and reads from its greeting where everything is, as somebody at a terminal would.
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { runHoldfast } from "./holdfast.ts";

export type Demo = {
  shop: string;
  control: string;
  email: string;
  password: string;
  output(): string;
  /** Resolves with the exit code. */
  stop(): Promise<number | null>;
};

/** `folder` is an empty one of the caller's. Rejects with what the demo wrote when it does not come up. */
export async function startDemo(folder: string, args: string[]): Promise<Demo> {
  const ports = ["gateway", "public", "control", "shop"].flatMap((door) => [`--${door}-port`, "0"]);
  const workers = ["--workers", "2"];
  const running = runHoldfast(["demo", "--data-dir", join(folder, "data"), ...ports, ...workers, ...args], {
    cwd: folder,
  });
  const stop = (): Promise<number | null> => {
    running.child.kill("SIGTERM");
    return running.exited;
  };
  const said = (pattern: RegExp): Promise<string> =>
    eventually(String(pattern), () => pattern.exec(running.output())?.[1], 30_000);
  try {
    return {
      shop: await said(/sample shop is at (http:\S+),/),
      control: await said(/^Console +(http\S+)\n/m),
      email: await said(/e-mail +(\S+)/),
      password: await said(/password +(\S+)/),
      output: running.output,
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`the demo did not come up:\n${running.output()}`, { cause: error });
  }
}
