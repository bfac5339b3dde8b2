// How much a caller says before the body. Pure.

/** `lines`: of headers. `bytes`: of the request line and them, as they stand on the wire. */
export type HeadSize = { lines: number; bytes: number };

/** A header has ": " and a line end beside its name and value; the request line two spaces, a version and a line end. */
export function headSize(head: { method: string; target: string; headers: readonly string[] }): HeadSize {
  const { method, target, headers } = head;
  let bytes = method.length + target.length + 12 + headers.length * 2;
  for (const part of headers) bytes += part.length;
  return { lines: headers.length / 2, bytes };
}
