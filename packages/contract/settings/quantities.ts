// The small words of a settings file: quantities with units, names, references to secrets, addresses. Each key that takes one says
// what it is for.
import {
  type Bandwidth,
  LIMITS,
  parseBandwidth,
  parseDuration,
  parsePercent,
  parseQuota,
  parseRate,
  parseSize,
  type Quota,
  type Rate,
  type Result,
} from "@holdfast/base";
import { z } from "zod";

/** A string with a unit; the parsed value comes out, and the JSON Schema shows the string. */
function quantity<T>(parse: (text: unknown) => Result<T, string>, examples: string[]) {
  return z
    .string({ error: (issue) => failureOf(parse(issue.input)) })
    .meta({ examples })
    .transform((text, context): T => {
      const parsed = parse(text);
      if (parsed.ok) return parsed.value;
      context.issues.push({ code: "custom", message: parsed.error, input: text });
      return z.NEVER;
    });
}

function failureOf(parsed: Result<unknown, string>): string {
  return parsed.ok ? "write it as text, in quotes" : parsed.error;
}

export const duration = quantity<number>(parseDuration, ["500ms", "5s", "10m", "2h", "7d"]);
/** How long the gateway waits for something. */
export const deadline = duration.refine(
  (ms) => ms >= LIMITS.deadline_ms_min,
  `is less than ${LIMITS.deadline_ms_min}ms, the shortest that is kept`,
);
export const size = quantity<number>(parseSize, ["64KiB", "10MiB"]);
export const percent = quantity<number>(parsePercent, ["5%", "0.5%"]);
export const rate = quantity<Rate>(parseRate, ["100 per 1m", "200k per 1h"]);
export const quota = quantity<Quota>(parseQuota, ["10k per 1 month", "500 per 24h"]);
export const bandwidth = quantity<Bandwidth>(parseBandwidth, ["10MiB per 1s"]);

/** Names become part of URLs, record fields and file names. */
export const Name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_.-]{0,62}$/,
    "use 1 to 63 lower-case letters, digits, dashes, dots or underscores, beginning with a letter or digit",
  );

/**
 * `${env:NAME}` or `${file:/path}`; anything else is a literal, which the reader of settings refuses wherever the published
 * schema says `secret`: "whole" for the value itself, "password" for the password inside an address.
 */
export const secret = z.string().min(1).meta({ secret: "whole" });

export const moment = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/,
    "expected a time with its offset from UTC such as 2026-12-01T09:00+01:00",
  )
  .refine((text) => !Number.isNaN(Date.parse(text)), "is not a time that exists");

export const httpUrl = z
  .string()
  .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, {
    error: "expected an address such as http://127.0.0.1:9001, without user, query or fragment",
    abort: true,
  })
  .refine(canBeCalled, "has a host or a port that cannot be: ports are 1 to 65535, parts of an IPv4 address 0 to 255");

function canBeCalled(address: string): boolean {
  return URL.canParse(address) && new URL(address).port !== "0";
}

export const named = <T extends z.ZodType>(of: T) => z.record(Name, of);
