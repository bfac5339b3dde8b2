// Every option of the command in one table: the environment variable, the flag of the same name, what it means. The table makes
// the flags, the help and the reader in environment.ts.
import { availableParallelism } from "node:os";
import { LIMITS, parseSubnet } from "@holdfast/base";
import { z } from "zod";
import { parseOtlpHeaders } from "./otlp-headers.ts";

const port = z.coerce.number("expected a port").int().min(0).max(65_535, "expected a port from 0 to 65535");
const HOPS = `expected a whole number of proxies from 1 to ${LIMITS.proxy_hops_max}`;
const address = z.url({ protocol: /^https?$/, error: "expected an address such as https://holdfast.example.com" });
const CANNOT_BE = "has a host or a port that cannot be";

/** Subnets with commas between. */
function subnetsOf(text: string, context: z.RefinementCtx): string[] {
  const written = text.split(",").flatMap((part) => part.trim() || []);
  return written.flatMap((subnet) => {
    const parsed = parseSubnet(subnet);
    if (!parsed.ok) context.addIssue({ code: "custom", message: parsed.error });
    return parsed.ok ? [parsed.value] : [];
  });
}

/** A path may stand behind the host; nothing else. */
function isBase(address: string): boolean {
  const { username, password, search, hash } = new URL(address);
  return [username, password, search, hash].every((part) => part === "");
}

function otlpHeaders(text: string, context: z.RefinementCtx): Record<string, string> {
  const parsed = parseOtlpHeaders(text);
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: "custom", message: parsed.error });
  return z.NEVER;
}

/** `secret`: has no flag, because flags are visible to everyone on the machine; `NAME_FILE` names a file that holds it. */
type Option = { schema: z.ZodType; means: string; secret?: true };

export const OPTIONS = {
  config: { schema: z.string().optional(), means: "settings file (default: ./holdfast.yaml if it exists)" },
  data_dir: { schema: z.string().min(1).default("./data"), means: "folder for everything that is kept" },
  gateway_port: { schema: port.default(8080), means: "port for API and AI calls; 0 takes a free one" },
  public_port: { schema: port.default(8081), means: "port for feedback and the widget" },
  control_port: { schema: port.default(8090), means: "port for the console and the API of the team" },
  tls_port: {
    schema: port.optional(),
    means: "port for the same calls over TLS, in HTTP/2 and HTTP/1.1; without it TLS is not spoken",
  },
  tls_min_version: {
    schema: z.enum(["1.2", "1.3"], "expected 1.2 or 1.3").default("1.2"),
    means: "least version of TLS that is spoken",
  },
  tls_client_ca: {
    schema: z.string().min(1).optional(),
    means: "file with the authorities, in PEM, whose client certificates are believed; without it none is asked for",
  },
  tls_client_certificates: {
    schema: z.enum(["ask", "require"]).default("ask"),
    means: "with --tls-client-ca: ask for a client certificate, or require one",
  },
  gateway_host: { schema: z.string().min(1).default("0.0.0.0"), means: "address that the gateway listens on" },
  public_host: { schema: z.string().min(1).default("0.0.0.0"), means: "address that the public site listens on" },
  control_host: { schema: z.string().min(1).default("127.0.0.1"), means: "address that the console listens on" },
  public_url: { schema: address.optional(), means: "address of the public site as people reach it" },
  control_url: { schema: address.optional(), means: "address of the console as people reach it" },
  workers: {
    schema: z.coerce
      .number("expected a number of threads")
      .int()
      .min(1)
      .max(LIMITS.gateway_workers_max)
      .default(() => Math.min(availableParallelism(), LIMITS.gateway_workers_max)),
    means: "gateway threads (default: one for each core)",
  },
  warm_up: {
    schema: z.enum(["on", "off"]).default("on"),
    means:
      "on or off: each gateway thread calls itself for a second or two before it serves, so that its first calls find compiled code",
  },
  transport: {
    schema: z.enum(["lean", "node"]).optional(),
    means: "who speaks HTTP in the gateway: lean, its own codec (the default), or node, node:http",
  },
  trusted_proxies: {
    schema: z
      .string()
      .transform((text, context) => subnetsOf(text, context))
      .optional(),
    means: "proxies before the gateway whose X-Forwarded-For is believed, such as 10.0.0.0/8,192.0.2.7 (default: none)",
  },
  trusted_hops: {
    schema: z.preprocess(
      (text) => (text === "" ? undefined : text),
      z.coerce.number(HOPS).int(HOPS).min(1, HOPS).max(LIMITS.proxy_hops_max, HOPS).optional(),
    ),
    means:
      "in place of --trusted-proxies: how many proxies stand before the gateway, where their addresses change. The client is that word of X-Forwarded-For, from the right; nobody may reach the gateway past them",
  },
  log_level: {
    schema: z.enum(["debug", "info", "warn", "error"]).default("info"),
    means: "debug, info, warn or error",
  },
  master_key: {
    schema: z
      .string()
      .transform((text) => Buffer.from(text.trim(), /^[0-9a-f]{64}$/i.test(text.trim()) ? "hex" : "base64"))
      .refine((key) => key.length === 32, "expected 32 bytes in base64 or hexadecimal: openssl rand -base64 32")
      .optional(),
    means: "32 bytes in base64 (default: made once, in DATA_DIR/master.key)",
    secret: true,
  },
  admin_token: {
    schema: z.string().trim().min(24, "needs at least 24 characters: openssl rand -hex 24").optional(),
    means: "token that is admin of every workspace, for automation",
    secret: true,
  },
  database_url: {
    schema: z
      .string()
      .trim()
      .regex(/^postgres(ql)?:\/\//, {
        error: "expected postgres://…; without it, SQLite keeps everything in DATA_DIR",
        abort: true,
      })
      // Its driver takes `user@/database` too, for a socket of this machine.
      .refine((text) => URL.canParse(text.replace("@/", "@socket/")), CANNOT_BE)
      .optional(),
    means: "PostgreSQL (default: SQLite in DATA_DIR)",
    secret: true,
  },
  redis_url: {
    schema: z
      .string()
      .trim()
      .regex(/^rediss?:\/\//, { error: "expected redis://host:port", abort: true })
      .refine((text) => URL.canParse(text), CANNOT_BE)
      .optional(),
    means:
      "Redis or Valkey for limits that several machines share (default: shared memory), and for purges that reach them all",
    secret: true,
  },
  otlp_endpoint: {
    schema: z
      .url({ protocol: /^https?$/, error: "expected an address such as http://collector:4318", abort: true })
      .refine((text) => isBase(text), "takes no user, query or fragment; credentials belong in HOLDFAST_OTLP_HEADERS")
      .optional(),
    means:
      "OpenTelemetry collector that gets each call as spans, by OTLP/HTTP at this address and /v1/traces (default: none)",
  },
  otlp_headers: {
    schema: z
      .string()
      .transform((text, context) => otlpHeaders(text, context))
      .optional(),
    means: "headers for the collector, such as authorization=Bearer%20TOKEN,x-tenant=shop",
    secret: true,
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;
export type Options = { [Name in OptionName]: z.output<(typeof OPTIONS)[Name]["schema"]> };

export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

export function variableOf(name: OptionName): string {
  return `HOLDFAST_${name.toUpperCase()}`;
}

/** `--data-dir`; for secrets `--master-key-file`. */
export function flagOf(name: OptionName): string {
  return `--${name.replaceAll("_", "-")}${isSecret(name) ? "-file" : ""}`;
}

export function isSecret(name: OptionName): boolean {
  return "secret" in OPTIONS[name];
}
