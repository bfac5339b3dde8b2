// The long run of the differential fuzz: `npm run proof:http1 [-- messages [first seed]]`. Writes docs/measurements/http1-fuzz.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Counts, fuzz } from "./compare.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/http1-fuzz.md", import.meta.url));
const BATCH = 100_000;

const wanted = Number(process.argv[2] ?? 10_000_000);
const first_seed = Number(process.argv[3] ?? 1);
const total: Counts = { made: 0, accepted: 0, refused: 0, incomplete: 0 };
const began = performance.now();
for (let seed = first_seed; total.made < wanted; seed++) {
  const counts = fuzz(seed, Math.min(BATCH, wanted - total.made));
  for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += counts[name];
  if (seed % 10 === 0) console.log(`${total.made} of ${wanted}: ${total.accepted} accepted, no difference`);
}
mkdirSync(new URL("../../docs/measurements", import.meta.url), { recursive: true });
writeFileSync(PAGE, report(Math.round((performance.now() - began) / 1000)));

function report(seconds: number): string {
  const number = (value: number) => value.toLocaleString("en");
  return `# The HTTP/1.1 reader beside Node's own

\`npm run proof:http1\` makes requests and answers from a grammar of what is right, nearly right and meant to smuggle, changes bytes in
some, and reads each with our reader and with the parser of Node ${process.versions.node} (llhttp ${process.versions.llhttp}, strict). It stops at the
first difference. Every message is read whole and again in pieces of random size whose memory is overwritten after the read; behind every
message that leaves its connection open it is read again, and once more with a byte changed, as it would be read alone; every
message that was accepted is written anew, with a length and in chunks, and read by both again.

| | messages |
|---|---:|
| made | ${number(total.made)} |
| accepted by us, and read the same by Node | ${number(total.accepted)} |
| refused by us | ${number(total.refused)} |
| cut off in the middle, the same as far as they went | ${number(total.incomplete)} |
| differences | 0 |

Seeds ${first_seed} to ${first_seed + Math.ceil(wanted / BATCH) - 1}, ${number(BATCH)} messages each, ${number(seconds)} s. What Node accepts and we refuse is not counted as a difference: that is
what strict means, and \`packages/http1/README.md\` lists it.
`;
}
