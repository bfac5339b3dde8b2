// The list's filters and its place in the pages, all in its address.
const outcomes = ["failed", "ok"] as const;

export type CallsSearch = {
  subject?: string | undefined;
  release?: string | undefined;
  consumer?: string | undefined;
  outcome?: (typeof outcomes)[number] | undefined;
  status?: number | undefined;
  from?: number | undefined;
  until?: number | undefined;
  cursor?: string | undefined;
};

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const whole = (value: unknown) => {
  const number = Number(value);
  return value !== undefined && value !== "" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
};

export function readCallsSearch(search: Record<string, unknown>): CallsSearch {
  const status = whole(search.status);
  return {
    subject: text(search.subject),
    release: text(search.release),
    consumer: text(search.consumer),
    outcome: outcomes.find((outcome) => outcome === search.outcome),
    status: status !== undefined && status >= 100 && status <= 599 ? status : undefined,
    from: whole(search.from),
    until: whole(search.until),
    cursor: text(search.cursor),
  };
}
