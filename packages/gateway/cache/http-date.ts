// Dates of HTTP (RFC 9110 section 5.6.7) in their three forms, and nothing that only looks like one: `Date.parse` takes far more.
// Pure.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const TIME = "(\\d\\d):(\\d\\d):(\\d\\d)";

const IMF = new RegExp(`^${DAY}, (\\d\\d) (\\w{3}) (\\d{4}) ${TIME} GMT$`);
const RFC_850 = new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d\\d)-(\\w{3})-(\\d\\d) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^${DAY} (\\w{3}) ([ \\d]\\d) ${TIME} (\\d{4})$`);

type Fields = { day: string; month: string; year: number; time: [string, string, string] };

/** Milliseconds since the epoch; undefined when it is not a date. `now_ms`: what two digits of a year are near to. */
export function parseHttpDate(text: string | undefined, now_ms: number): number | undefined {
  const fields = text === undefined ? undefined : fieldsOf(text, now_ms);
  if (!fields) return undefined;
  const month = MONTHS.indexOf(fields.month);
  const [hours, minutes, seconds] = fields.time.map(Number) as [number, number, number];
  const day = Number(fields.day);
  if (month < 0 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const at_ms = Date.UTC(fields.year, month, day, hours, minutes, seconds);
  // The 31st of a month without one would roll over.
  return day > 0 && day <= new Date(Date.UTC(fields.year, month + 1, 0)).getUTCDate() ? at_ms : undefined;
}

function fieldsOf(text: string, now_ms: number): Fields | undefined {
  const imf = IMF.exec(text) as string[] | null;
  if (imf) return fields(imf[1], imf[2], Number(imf[3]), imf.slice(4));
  const old = RFC_850.exec(text) as string[] | null;
  if (old) return fields(old[1], old[2], nearYear(Number(old[3]), now_ms), old.slice(4));
  const c = ASCTIME.exec(text) as string[] | null;
  return c ? fields(c[2], c[1], Number(c[6]), c.slice(3, 6)) : undefined;
}

function fields(day: string | undefined, month: string | undefined, year: number, time: string[]): Fields {
  return { day: day as string, month: month as string, year, time: time as Fields["time"] };
}

/** More than 50 years ahead means the century before (RFC 9110 section 5.6.7). */
function nearYear(two_digits: number, now_ms: number): number {
  const this_year = new Date(now_ms).getUTCFullYear();
  const year = this_year - (this_year % 100) + two_digits;
  return year > this_year + 50 ? year - 100 : year;
}
