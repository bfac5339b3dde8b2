// Talks to the public site: sends feedback, reads back what became of it, and remembers the reporter's own reports.

export type Status = "received" | "investigating" | "fixing" | "resolved" | "deferred" | "declined";
export type Report = {
  id: string;
  created_at: number;
  status: Status;
  message: string;
  history: { status: Status; at: number; note: string | null }[];
};
export type Kept = { id: string; token: string };
export type Sending = {
  site: string;
  message: string;
  references: string[];
  page: string;
  device: string;
  reporter: { email?: string };
  idempotency_key: string;
};

/** Reports of this browser that are shown again; older ones are still reachable by e-mail. */
const KEPT_MAX = 5;

/** Sends one feedback. Rejects with words for the person when it was refused or did not arrive; `undefined` words mean: offline. */
export async function send(intake: string, feedback: Sending): Promise<Kept> {
  const response = await fetch(`${intake}/api/feedback`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    credentials: "omit",
    body: JSON.stringify(feedback),
  });
  if (!response.ok) throw new Error(await refusal(response));
  const { id, token } = (await response.json()) as Kept;
  return { id, token };
}

/** What became of a report; undefined while it cannot be read. */
export async function read(intake: string, kept: Kept): Promise<Report | undefined> {
  try {
    const response = await fetch(`${intake}/api/feedback/${kept.id}?token=${encodeURIComponent(kept.token)}`, {
      credentials: "omit",
    });
    return response.ok ? ((await response.json()) as Report) : undefined;
  } catch {
    return undefined; // Offline: the card keeps showing what it knew.
  }
}

export function keptReports(site: string): Kept[] {
  try {
    return JSON.parse(localStorage.getItem(storageKey(site)) ?? "[]") as Kept[];
  } catch {
    return []; // Storage is closed to this page or holds something else: the widget works without memory.
  }
}

export function keep(site: string, kept: Kept): void {
  try {
    localStorage.setItem(storageKey(site), JSON.stringify([kept, ...keptReports(site)].slice(0, KEPT_MAX)));
  } catch {
    return; // As above.
  }
}

function storageKey(site: string): string {
  return `holdfast.reports.${site}`;
}

async function refusal(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string };
  return problem.detail ?? problem.title ?? `${response.status}`;
}
