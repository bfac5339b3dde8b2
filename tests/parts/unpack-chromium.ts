// Unpacks the browser of @sparticuz/chromium into TMPDIR. A program of its own because that package knows no other place.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { inflate } from "@sparticuz/chromium";

const packed = process.argv[2];
if (packed === undefined) throw new Error("usage: unpack-chromium.ts <folder of the archives>");
await Promise.all(readdirSync(packed).map((archive) => inflate(join(packed, archive))));
