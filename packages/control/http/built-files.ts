// Built pages and scripts, held in memory: a request is looked up in a map and can reach no other file.
import { createHash } from "node:crypto";
import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

export type BuiltFile = { bytes: Uint8Array<ArrayBuffer>; type: string; etag: string; hashed: boolean };

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * Files below `folder` by their URL path. Empty when nothing is built yet, which is looked up again at the next request,
 * so that a build beside a running server is picked up.
 */
export function builtFiles(folder: string): () => ReadonlyMap<string, BuiltFile> {
  let files: ReadonlyMap<string, BuiltFile> = new Map();
  return () => {
    if (files.size === 0 && existsSync(folder)) files = readFolder(folder);
    return files;
  };
}

function readFolder(folder: string): Map<string, BuiltFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map((entry) => [urlPathOf(folder, entry), readBuilt(join(entry.parentPath, entry.name))]));
}

function urlPathOf(folder: string, entry: Dirent): string {
  return `/${relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/")}`;
}

function readBuilt(path: string): BuiltFile {
  const bytes = new Uint8Array(readFileSync(path));
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  // Vite names what never changes by its content: index-B7xk2a9Q.js
  const hashed = /-[\w-]{8}\.\w+$/.test(path);
  return { bytes, type: TYPES[extname(path)] ?? "application/octet-stream", etag, hashed };
}

/** 304 when the asker has it already. */
export function sendBuilt(file: BuiltFile, request: Request, headers: Record<string, string> = {}): Response {
  const cached = { etag: file.etag, "cache-control": cacheControl(file), ...headers };
  if (request.headers.get("if-none-match") === file.etag) return new Response(null, { status: 304, headers: cached });
  return new Response(file.bytes, { headers: { ...cached, "content-type": file.type } });
}

function cacheControl({ hashed }: BuiltFile): string {
  return hashed ? "public, max-age=31536000, immutable" : "no-cache";
}
