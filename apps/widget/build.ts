// Bundles the widget into one small script and refuses to grow past its budget.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

/** Gzipped bytes of dist/widget.js: it is loaded by pages of others. */
export const WIDGET_BYTES_MAX = 12 * 1024;

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Builds into `out`; gives the gzipped size in bytes. Throws when it is over budget. */
export async function buildWidget(out: string = `${folder}dist`): Promise<number> {
  await build({
    root: folder,
    configFile: false,
    logLevel: "warn",
    build: {
      outDir: out,
      emptyOutDir: true,
      target: "es2022",
      lib: { entry: `${folder}src/main.ts`, formats: ["iife"], name: "holdfast", fileName: () => "widget.js" },
    },
  });
  const bytes = gzipSync(readFileSync(`${out}/widget.js`)).length;
  if (bytes > WIDGET_BYTES_MAX)
    throw new Error(`the widget is ${bytes} bytes gzipped; its budget is ${WIDGET_BYTES_MAX}`);
  return bytes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`widget.js: ${await buildWidget()} bytes gzipped`);
