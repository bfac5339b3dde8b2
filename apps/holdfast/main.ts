// Entry of the command. Compiled code is cached before anything else is loaded, because loading is most of a start.
import { enableCompileCache } from "node:module";

enableCompileCache();
const { run } = await import("./command-line.ts");
process.exit(await run(process.argv));
