// README.md does what it says: its settings file starts, its commands run as they are written, its links lead somewhere. Only ports
// are others here, in file and commands alike.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { systemClock } from "@holdfast/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveProvider } from "../../apps/holdfast/demo/ai-provider.ts";
import { json, type SmallServer, serve } from "../../apps/holdfast/demo/http-server.ts";
import { type HoldfastProcess, runHoldfast, startHoldfastProcess } from "../process/holdfast.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** The blocks of one language, in their order. */
function blocks(language: string): string[] {
  return [...README.matchAll(/^```(\w+)\n(.*?)^```/gms)].flatMap(([, of, text = ""]) =>
    of === language ? [text] : [],
  );
}

const [settings = ""] = blocks("yaml");
const commands = blocks("sh").flatMap((block) => block.split(/\n(?=\S)/));
const curls = commands.filter((command) => command.startsWith("curl "));

let folder: string;
let servers: SmallServer[];
let holdfast: HoldfastProcess;
/** `address as README writes it` → `address here`. */
const moved = new Map<string, string>();

function here(text: string): string {
  return [...moved].reduce((so_far, [from, to]) => so_far.replaceAll(from, to), text);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-readme-"));
  const orders = (version: string) =>
    serve({ host: "127.0.0.1", port: 0 }, async ({ path }) => json(200, { version, path }));
  servers = [await orders("v1"), await orders("v2"), await serveProvider({ seed: 1, clock: systemClock })];
  for (const [index, port] of [9001, 9002, 11434].entries())
    moved.set(`127.0.0.1:${port}`, `127.0.0.1:${servers[index]?.port}`);
  await writeFile(join(folder, "holdfast.yaml"), here(settings));
  // Where curl looks for its habits: so the commands stay as they are, and the status comes after the body.
  await writeFile(join(folder, ".curlrc"), 'silent\nshow-error\nwrite-out = "\\n%{http_code}"\n');
  holdfast = await startHoldfastProcess({ data_dir: join(folder, "data"), cwd: folder, warm_up: true });
  moved.set("http://127.0.0.1:8080", holdfast.gateway).set("http://127.0.0.1:8081", holdfast.public);
});

afterAll(async () => {
  await holdfast.stop();
  await Promise.all(servers.map((server) => server.close()));
  await rm(folder, { recursive: true });
});

/** Runs the command as a shell would. */
async function run(command: string): Promise<{ status: number; text: string }> {
  const environment = { ...process.env, CURL_HOME: folder };
  const { stdout } = await promisify(execFile)("sh", ["-c", here(command)], { env: environment });
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) };
}

test("its settings file is taken up, and a link to make the first admin is printed", () => {
  expect(holdfast.output()).toContain("holdfast.yaml (watched)");
  expect(holdfast.setup_token).toMatch(/\S+/);
});

test("its commands are three calls with curl", () => {
  expect(curls).toHaveLength(3);
});

test("a call of the service, with a reference", async () => {
  const { status, text } = await run(curls[0] as string);
  expect(status).toBe(200);
  expect(text).toMatch(/^x-holdfast-ref: hf2\.\S+/m);
  expect(JSON.parse(text.split("\r\n\r\n")[1] ?? "")).toMatchObject({ path: "/orders/17" });
});

test("a call of the model", async () => {
  const { status, text } = await run(curls[1] as string);
  expect({ status, answer: JSON.parse(text) }).toMatchObject({
    status: 200,
    answer: { object: "chat.completion", choices: [{ message: { role: "assistant" } }] },
  });
});

test("feedback", async () => {
  const { status, text } = await run(curls[2] as string);
  expect({ status, receipt: JSON.parse(text) }).toMatchObject({ status: 201, receipt: { status: "received" } });
});

test("the widget is where the page would load it from", async () => {
  const [page = ""] = blocks("html");
  const address = /src="([^"]+)"/.exec(here(page))?.[1] ?? "";
  expect((await fetch(address)).headers.get("content-type")).toContain("javascript");
});

test("the settings file passes its own check", async () => {
  const { exited, output } = runHoldfast(["check", "holdfast.yaml"], { cwd: folder });
  expect({ code: await exited, said: output() }).toEqual({
    code: 0,
    said: "ok: 1 route, 1 model, 1 consumer, 1 site\n",
  });
});

test("its links and npm scripts exist", () => {
  const links = [...README.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
  expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
  const used = [...README.matchAll(/npm (?:run )?(\w+)/g)].map(([, name = ""]) => name);
  const missing = used.filter((name) => !["start", "test", "comes"].includes(name) && !(name in scripts));
  expect(missing).toEqual([]);
});
