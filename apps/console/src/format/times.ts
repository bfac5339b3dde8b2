// Moments in the reader's own time zone. The API speaks in milliseconds since the epoch; sentences carry `{time:…}` placeholders.

const day_ms = 86_400_000;

const formats = {
  clock: new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  seconds: new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  millis: new Intl.DateTimeFormat("en", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  }),
  day: new Intl.DateTimeFormat("en", { month: "short", day: "numeric" }),
  year: new Intl.DateTimeFormat("en", { month: "short", day: "numeric", year: "numeric" }),
};

/** `14:05` */
export function clock(at: number): string {
  return formats.clock.format(at);
}

/** `14:21:07` */
export function clockSeconds(at: number): string {
  return formats.seconds.format(at);
}

/** `14:21:07.214` */
export function clockMillis(at: number): string {
  return formats.millis.format(at);
}

/** `Nov 27`, with the year when it is another one. */
export function day(at: number, now: number = Date.now()): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? formats.day : formats.year).format(at);
}

/** The clock for today, day and clock for any other day. */
export function moment(at: number, now: number = Date.now()): string {
  const today = new Date(at).toDateString() === new Date(now).toDateString();
  return today ? clock(at) : `${day(at, now)}, ${clock(at)}`;
}

/** How long ago, in one unit: `now`, `6 m`, `1 h`, `3 d`. */
export function age(at: number, now: number = Date.now()): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes}\u00a0m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}\u00a0h` : `${Math.floor((now - at) / day_ms)}\u00a0d`;
}

/** `75 min`, `6 h`, `2 d`: a span to name a window by. */
export function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${Math.max(1, minutes)}\u00a0min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)}\u00a0h` : `${Math.round(minutes / 1440)}\u00a0d`;
}

/** Replaces `{time:<epoch ms>}` in a sentence of the API. */
export function withTimes(text: string, now: number = Date.now()): string {
  return text.replaceAll(/\{time:(\d+)\}/g, (_whole, at: string) => moment(Number(at), now));
}
