// What only the whole process can show of its gateway: two worker threads that share what must be shared, options that reach them, and
// a certificate that is renewed on disk.
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, type SmallServer, serve } from "../../apps/holdfast/demo/http-server.ts";
import { authority } from "../gateway/certificates.ts";
import { eventually } from "../process/eventually.ts";
import { type HoldfastProcess, startHoldfastProcess } from "../process/holdfast.ts";

const SECRET = "a secret of at least thirty-two characters";
const issuer = authority("Holdfast test");

let folder: string;
let upstream: SmallServer;
let holdfast: HoldfastProcess;
let tls_port: number;
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-gateway-process-"));
  upstream = await serve({ host: "127.0.0.1", port: 0 }, async ({ headers }) =>
    json(200, { forwarded_for: headers["x-forwarded-for"] }),
  );
  await writeCertificate("first.example.com");
  config = join(folder, "gateway.yaml");
  await writeFile(config, settings());
  tls_port = await freePort();
  holdfast = await startHoldfastProcess({
    data_dir: join(folder, "data"),
    cwd: folder,
    args: ["--config", config, "--tls-port", String(tls_port), "--trusted-proxies", "127.0.0.0/8"],
  });
});

afterAll(async () => {
  await holdfast.stop();
  await upstream.close();
  await rm(folder, { recursive: true });
});

const settings = (): string => `holdfast: 1
allow_literal_secrets: true
certificates:
  shop: { certificate: "\${file:${folder}/certificate.pem}", key: "\${file:${folder}/key.pem}", default: true }
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:${upstream.port}] } } } }
identity:
  partners: { keys: { partner: { secret: "${SECRET}" } } }
routes:
  signed: { match: { path: /signed/** }, to: orders, access: { any_of: [{ hmac: partners }] } }
  open: { match: { path: /open/** }, to: orders, access: public }
  inside: { match: { path: /inside/** }, to: orders, access: public, addresses: { allow: [203.0.113.0/24] } }
`;

async function writeCertificate(name: string): Promise<void> {
  const { certificate, key } = issuer.issue({ name, hosts: [name] });
  await writeFile(join(folder, "certificate.pem"), certificate);
  await writeFile(join(folder, "key.pem"), key);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Over a connection of its own, so that it may reach either worker. */
function get(
  path: string,
  headers: Record<string, string> = {},
  gateway = holdfast.gateway,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(`${gateway}${path}`, { agent: false, headers }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode as number, body }));
    })
      .on("error", reject)
      .end();
  });
}

/** By hand, from the text of RFC 9421. */
function signature(path: string): Record<string, string> {
  const { host } = new URL(holdfast.gateway);
  const input = `("@method" "@authority" "@path");created=${Math.floor(Date.now() / 1000)};keyid="partner";nonce="${path}"`;
  const lines = [`"@method": GET`, `"@authority": ${host}`, `"@path": ${path}`, `"@signature-params": ${input}`];
  const made = createHmac("sha256", SECRET).update(lines.join("\n")).digest("base64");
  return { "signature-input": `sig1=${input}`, signature: `sig1=:${made}:` };
}

test("a signed request passes once, whichever worker it is repeated to", async () => {
  const headers = signature("/signed/1");
  const answers = await Promise.all(Array.from({ length: 24 }, () => get("/signed/1", headers)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(23).fill(401)]);
  expect((await get("/signed/2", signature("/signed/2"))).status).toBe(200);
});

test("what a trusted proxy says of the client is believed by every worker", async () => {
  for (let call = 0; call < 12; call++) {
    const { body } = await get("/open/1", { "x-forwarded-for": "203.0.113.9" });
    expect(JSON.parse(body).forwarded_for).toMatch(/^203\.0\.113\.9, /);
    expect((await get("/inside/1", { "x-forwarded-for": "203.0.113.9" })).status).toBe(200);
    expect((await get("/inside/1", { "x-forwarded-for": "198.51.100.9" })).status).toBe(403);
    expect((await get("/inside/1")).status).toBe(403);
  }
});

test("how many proxies are trusted is known to every worker", { timeout: 40_000 }, async () => {
  const behind = await startHoldfastProcess({
    data_dir: join(folder, "behind"),
    cwd: folder,
    args: ["--config", config, "--trusted-hops", "2"],
  });
  try {
    for (let call = 0; call < 12; call++) {
      const said = { "x-forwarded-for": "1.1.1.1, 203.0.113.9, 198.51.100.1" };
      const { body } = await get("/open/1", said, behind.gateway);
      expect(JSON.parse(body).forwarded_for).toBe("203.0.113.9, 198.51.100.1, 127.0.0.1");
    }
  } finally {
    await behind.stop();
  }
});

/** The name in the certificate that a new handshake gets. */
function certifiedName(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: "127.0.0.1",
      port: tls_port,
      servername: "any.example.com",
      rejectUnauthorized: false,
    });
    socket.once("secureConnect", () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

test("a certificate that is renewed on disk is served by every worker, and a broken one leaves it", {
  timeout: 40_000,
}, async () => {
  expect(await certifiedName()).toBe("first.example.com");
  await writeCertificate("second.example.com");
  await eventually("the new certificate", async () => (await certifiedName()) === "second.example.com");
  const seen = await eventually("it from both workers", async () => {
    const names = await Promise.all(Array.from({ length: 12 }, certifiedName));
    return names.every((name) => name === "second.example.com") ? names : undefined;
  });
  expect(seen).toHaveLength(12);
  await writeFile(join(folder, "certificate.pem"), "broken");
  await eventually("the complaint", () =>
    holdfast.output().includes("certificates.shop.certificate: is not a certificate"),
  );
  expect(await certifiedName()).toBe("second.example.com");
});
