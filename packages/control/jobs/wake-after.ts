// Lets the job runner know at once when a transaction added a job, instead of at its next poll.
import type { Transact } from "@holdfast/base";
import type { OutboxPorts } from "@holdfast/contract";

/** The same transactions; `wake` is called after each commit that added a job. */
export function wakeAfter<Ports extends OutboxPorts>(transact: Transact<Ports>, wake: () => void): Transact<Ports> {
  return async (workspace, work) => {
    let added = false;
    const result = await transact(workspace, (ports) => {
      const add: Ports["outbox"]["add"] = (job) => {
        added = true;
        return ports.outbox.add(job);
      };
      return work({ ...ports, outbox: { add } });
    });
    if (added) wake();
    return result;
  };
}
