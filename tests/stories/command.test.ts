// The command as an operator meets it: checking files, wrong options, ports and folders that are taken, and the way out.
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHoldfast, startHoldfastProcess } from "../process/holdfast.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/holdfast.yaml", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-command-"));
});

afterAll(() => rm(folder, { recursive: true }));

async function outcome(args: string[], environment: Record<string, string> = {}) {
  const { exited, output } = runHoldfast(args, { environment, cwd: folder });
  return { code: await exited, text: output() };
}

describe("check", () => {
  test("the example compiles", async () => {
    expect(await outcome(["check", EXAMPLE])).toEqual({
      code: 0,
      text: "ok: 2 routes, 1 model, 1 consumer, 1 site, 1 launch\n",
    });
  });

  test("every problem with its place, for people and for scripts", async () => {
    const path = join(folder, "bad.yaml");
    await writeFile(
      path,
      (await readFile(EXAMPLE, "utf8")).replace("to: orders", "to: order").replace("rate: 100 per", "rate: 100"),
    );
    const { code, text } = await outcome(["check", path]);
    expect(code).toBe(1);
    expect(text).toMatch(/bad\.yaml:\d+:\d+ routes\.orders\.limits\.per_consumer\.rate: expected a rate/);
    const { text: as_json } = await outcome(["check", "--json", path]);
    expect(JSON.parse(as_json)).toMatchObject({
      ok: false,
      problems: [{ path: "routes.orders.to" }, { path: "routes.orders.limits.per_consumer.rate" }],
    });
  });

  test("a file that is not there", async () => {
    expect((await outcome(["check", "nowhere.yaml"])).code).toBe(2);
  });
});

describe("start refuses", () => {
  test("wrong options, all at once, and changes nothing", async () => {
    const { code, text } = await outcome(["start", "--data-dir", join(folder, "untouched"), "--gateway-port", "x"], {
      HOLDFAST_WORKRES: "1",
    });
    expect(code).toBe(2);
    expect(text).toContain("--gateway-port: expected a port");
    expect(text).toContain("did you mean HOLDFAST_WORKERS?");
    await expect(stat(join(folder, "untouched"))).rejects.toThrow("ENOENT");
  });

  test("a settings file that was named and is not there", async () => {
    const { code, text } = await outcome([
      "start",
      "--data-dir",
      join(folder, "d"),
      "--config",
      "nowhere.yaml",
      ...freePorts(),
    ]);
    expect({ code, text }).toEqual({
      code: 1,
      text: expect.stringMatching(/cannot start: the settings file .*nowhere\.yaml/),
    });
  });

  test("a port that is taken", async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as { port: number };
    const { code, text } = await outcome([
      "start",
      "--data-dir",
      join(folder, "d"),
      ...freePorts(),
      "--public-port",
      String(port),
    ]);
    server.close();
    expect(code).toBe(1);
    expect(text).toContain(`the public site cannot listen on 127.0.0.1:${port}: the port is in use`);
  });
});

function freePorts(): string[] {
  return ["gateway", "public", "control"].flatMap((door) => [`--${door}-port`, "0", `--${door}-host`, "127.0.0.1"]);
}

describe("a running one", () => {
  test("keeps its data to itself, takes up a file that appears, and stops on a signal", async () => {
    const home = join(folder, "home");
    await mkdir(home);
    const holdfast = await startHoldfastProcess({ data_dir: join(home, "data"), cwd: home });
    expect(holdfast.output()).toContain("Settings  none yet");
    const key = await stat(join(home, "data", "master.key"));
    expect(key.mode & 0o777).toBe(0o600);

    const second = await outcome(["start", "--data-dir", join(home, "data"), ...freePorts()]);
    expect(second.code).toBe(1);
    expect(second.text).toContain(`is in use by process ${holdfast.pid}`);

    await writeFile(join(home, "holdfast.yaml"), await readFile(EXAMPLE, "utf8"));
    const statusOf = async () => (await fetch(`${holdfast.gateway}/orders/1`)).status;
    // The example's orders want a key: 401 instead of 404 says that the route is there.
    await expect.poll(statusOf, { timeout: 5_000 }).toBe(401);

    const began = performance.now();
    expect(await holdfast.stop("SIGINT")).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
