// HTTP/1.1 between bytes and events, strict and pure: who opens sockets, and what a message means, is the business of others.
export { DATA, END, MORE, REFUSED } from "./body.ts";
export { CHUNKED, type RequestHead, type ResponseHead, UNTIL_CLOSE } from "./heads.ts";
export { HEAD, INTERIM, type ReaderEvent, type ReaderLimits } from "./readers.ts";
export type { Refusal } from "./refusal.ts";
export { RequestReader } from "./request-reader.ts";
export { ResponseReader } from "./response-reader.ts";
export { CONTINUE, chunkLine, headerLines, lastChunk, onePiece, requestLine, statusLine, Unwritable } from "./write.ts";
