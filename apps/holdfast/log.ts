// The log of the process: JSON lines on standard error, or short lines for a person at a terminal.
import type { Log } from "@holdfast/base";
import { pino } from "pino";

export type LogLevel = keyof Log;

export function createLog(options: { level: LogLevel; terminal: boolean }): Log {
  const destination = options.terminal ? { write: writeShort } : pino.destination({ dest: 2, sync: true });
  const serializers = { error: pino.stdSerializers.err };
  const timestamp = pino.stdTimeFunctions.isoTime;
  const logger = pino({ level: options.level, base: null, timestamp, serializers }, destination);
  const say =
    (level: LogLevel): Log[LogLevel] =>
    (fields, message) =>
      logger[level](fields, message);
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

const LEVELS: Record<number, string> = { 20: "debug", 30: "info ", 40: "warn ", 50: "ERROR" };

/** `12:00:01 info  plan in force  plan=3 routes=1` */
function writeShort(line: string): void {
  const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: string; msg: string };
  const rest = Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
  process.stderr.write(`${time.slice(11, 19)} ${LEVELS[level] ?? level} ${msg}${rest ? `  ${rest}` : ""}\n`);
}
