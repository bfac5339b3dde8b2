// Who a process is beyond its number, which the system gives to another one later: number and time of start (proc(5), field 22 of stat,
// in ticks since the system began). Where there is no /proc the number alone has to do.
import { readFileSync } from "node:fs";

/** "4711 123456", to be kept in a file. */
export function processMark(pid: number): string {
  return `${pid} ${startOf(pid) ?? "-"}`;
}

/** The process of this mark, if it runs. */
export function runningProcess(mark: string): number | undefined {
  const pid = Number(mark.split(" ")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return isThere(pid) && processMark(pid) === mark ? pid : undefined;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's, and there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[19];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
