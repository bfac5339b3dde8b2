// Records of calls that nobody made: encoded as the spool does, so that V8 compiles what does it, and thrown away.
import { createQueue, type Queue } from "./queue.ts";
import type { SpoolWriter } from "./writer.ts";

/** More than there is room for at first: V8 takes a field for constant as long as nobody sets it again, and what it compiled is lost when somebody does. */
const BATCH_RECORDS = 1000;
/** For the same reason. */
const QUEUES = 2;

export function rehearseRecords(): Pick<SpoolWriter, "write"> {
  const queues = Array.from({ length: QUEUES }, createQueue);
  let next = 0;
  return {
    write(record, trace_is_id) {
      const queue = queues[next] as Queue;
      queue.add(record, trace_is_id);
      if (queue.records() < BATCH_RECORDS) return;
      while (queue.batch()) queue.remove();
      next = (next + 1) % QUEUES;
    },
  };
}
