// One server-sent-events stream (HTML Living Standard, section 9.2): events of one workspace for one member, for as long as
// they stay a member.
import { LIMITS, Problem, type WorkspaceName } from "@holdfast/base";
import type { LiveEvent } from "@holdfast/contract";
import type { Services } from "../services.ts";

const HEARTBEAT_MS = 15_000;
/** A session that ended, or a role that was taken away, closes the stream within this time. */
const RECHECK_MS = 30_000;
/** Events waiting for a reader who does not read; past it the stream ends, and the console opens a new one. */
const WAITING_EVENTS_MAX = 256;

/** Problem("overloaded") when LIMITS.live_streams_max are open. */
export function openLiveStream(services: Services, workspace: WorkspaceName, headers: Headers): Response {
  if (services.live.count() >= LIMITS.live_streams_max)
    throw new Problem("overloaded", { detail: `${LIMITS.live_streams_max} live streams are open.` });
  return new Response(liveStream(services, workspace, headers), {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
  });
}

function liveStream(services: Services, workspace: WorkspaceName, headers: Headers): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const endings: (() => void)[] = [];
  const stop = (): void => {
    for (const end of endings.splice(0)) end();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const close = (): void => {
          if (endings.length === 0) return;
          stop();
          controller.close();
        };
        const send = (text: string): void => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(text));
          else close();
        };
        const { live, clock } = services;
        endings.push(
          live.subscribe(workspace, (event) => send(presentEvent(event))),
          clock.every(HEARTBEAT_MS, () => send(": still here\n\n")),
          clock.every(RECHECK_MS, () => void isStillMember(services, workspace, headers).then((yes) => yes || close())),
        );
        send("retry: 2000\n: open\n\n");
      },
      cancel: stop,
    },
    { highWaterMark: WAITING_EVENTS_MAX },
  );
}

function presentEvent(event: LiveEvent): string {
  return `event: changed\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Whoever cannot be checked is not let stay. */
async function isStillMember(
  { identity, log }: Services,
  workspace: WorkspaceName,
  headers: Headers,
): Promise<boolean> {
  try {
    const who = await identity.authenticate(headers);
    return who?.roleIn(workspace) !== undefined;
  } catch (error) {
    log.warn({ error, workspace }, "a live stream's session could not be checked; the stream is closed");
    return false;
  }
}
