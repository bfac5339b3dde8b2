// Any value of an audit entry in plain words: names and values without the brackets, moments as times.
import { moment, withTimes } from "../../format/times.ts";

/** Whole numbers from here on are moments (milliseconds since the epoch, from 2001 on); nothing else in the trail is that large. */
const first_moment = 1_000_000_000_000;

export function plainWords(value: unknown, between = "; "): string {
  if (typeof value === "number" && Number.isInteger(value) && value >= first_moment) return moment(value);
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map((each) => plainWords(each, ", ")).join(", ");
  if (typeof value !== "object") return withTimes(String(value));
  return Object.entries(value)
    .map(([name, each]) => `${name.replaceAll("_", " ")} ${plainWords(each, ", ")}`)
    .join(between);
}
