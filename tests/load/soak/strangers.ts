// Clients who do not speak as they should: heads that are broken or too large, and those who say too little for too long.
import { LIMITS } from "@holdfast/base";
import { type Kind, UNMATCHED } from "./kind.ts";
import { type Heard, talk } from "./raw-talk.ts";
import { BODY_IDLE_MS } from "./settings.ts";

const HEAD = "GET /shop/1 HTTP/1.1\r\nHost: soak\r\n";
const BROKEN = [
  `${HEAD}no colon\r\n\r\n`,
  `${HEAD}Bad Name: 1\r\n\r\n`,
  `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
  `${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`,
  "GET  /shop/1 HTTP/1.1\r\nHost: soak\r\n\r\n",
  "hello\r\n\r\n",
];
const LARGE = `${HEAD}Filling: ${"x".repeat(LIMITS.head_bytes_max)}\r\n\r\n`;
const UNENDED = "POST /files/1 HTTP/1.1\r\nHost: soak\r\nContent-Length: 1000\r\n\r\nonly so much";
/** How much later than its limit a slow client may be ended. */
const LATE_MS_MOST = 2_000;

export function strangers(port: number): Kind[] {
  const common = { place: UNMATCHED, at_once_max: 60 };
  return [
    {
      ...common,
      name: "broken heads",
      per_second: 8,
      run: async (turn) => unlessHeard(400, await talk(port, { first: BROKEN[turn % BROKEN.length] as string })),
    },
    {
      ...common,
      name: "heads that are too large",
      per_second: 2,
      run: async () => unlessHeard(431, await talk(port, { first: LARGE })),
    },
    {
      ...common,
      name: "heads that drip",
      per_second: 0.5,
      run: async () =>
        unlessEnded(408, LIMITS.head_ms, await talk(port, { first: HEAD, dripped: "Slow: and slower still" })),
    },
    {
      ...common,
      name: "connections on which nothing is said",
      place: undefined,
      per_second: 0.5,
      run: async () => unlessEnded(0, LIMITS.head_ms, await talk(port, { first: "" })),
    },
    {
      ...common,
      name: "bodies that stop",
      place: "routes.files",
      per_second: 0.5,
      run: async () => unlessEnded(408, BODY_IDLE_MS, await talk(port, { first: UNENDED })),
    },
  ];
}

function unlessHeard(expected: number, { status }: Heard): string | undefined {
  return status === expected ? undefined : `status ${status} in place of ${expected}`;
}

/** Neither before its time nor long after it. */
function unlessEnded(expected: number, limit_ms: number, heard: Heard): string | undefined {
  const { after_ms } = heard;
  if (heard.status !== expected) return unlessHeard(expected, heard);
  if (after_ms < limit_ms) return "ended too early";
  return after_ms > limit_ms + LATE_MS_MOST ? "ended too late" : undefined;
}
