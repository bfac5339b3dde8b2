// A process that writes to the spool, for writer.test.ts to kill and to starve. Prints the ids of what is on disk, batch by batch.
import { idSource, systemClock } from "@holdfast/base";
import { callRecord } from "../testing-records.ts";
import { createSpoolWriter } from "./writer.ts";

const [, , dir = "", mode] = process.argv;
const ids = idSource();
const writer = createSpoolWriter({
  dir,
  node: "w1",
  clock: systemClock,
  on_problem: ({ kind }) => process.stdout.write(`problem ${kind}\n`),
});

async function writeBatch(count: number): Promise<string[]> {
  const records = Array.from({ length: count }, () => callRecord({ id: ids() }));
  for (const record of records) writer.write(record);
  // The first attempt may fail; the writer tries again by itself.
  while ((await writer.flush().catch(() => "again")) === "again") await systemClock.sleep(50);
  return records.map(({ id }) => id);
}

if (mode === "once") {
  process.stdout.write(`${(await writeBatch(300)).join(" ")}\n`);
  await writer.close();
} else {
  for (;;) process.stdout.write(`${(await writeBatch(200)).join(" ")}\n`);
}
