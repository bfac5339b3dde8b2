// A process of the durability and lock tests: writes issues as fast as it can and says each number once its transaction has
// resolved. It never ends by itself; the test kills it.
import { idSource, systemClock } from "@holdfast/base";
import { issue } from "../contract/samples.ts";
import { openStore } from "../open-store.ts";

const [place = ""] = process.argv.slice(2);
const ids = idSource();
const store = await openStore({ url: `sqlite:${place}`, clock: systemClock, ids });
for (;;) {
  const number = await store.transact("shop", async ({ issues }) => {
    const drawn = await issues.nextNumber();
    await issues.add(issue(ids(), { number: drawn }));
    return drawn;
  });
  process.stdout.write(`${number}\n`);
}
