// Entry of the command. Compiled code is cached before anything else is loaded, because loading is most of a start.
import { enableCompileCache, getCompileCacheDir } from "node:module";

enableCompileCache();
// Threads and the child process do not inherit the cache, only the variable.
process.env.NODE_COMPILE_CACHE ||= getCompileCacheDir() ?? "";
const { run } = await import("./command-line.ts");
process.exit(await run(process.argv));
