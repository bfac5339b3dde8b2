// The way of a call: the stages that it goes through, and what each kind of call does with its events.
import type { HeadNotes } from "../transport/listener.ts";
import type { Call } from "./call.ts";
import type { SendFailure } from "./failures.ts";

/**
 * What the call waits for. begin: nothing. body: the client's body, before anything is sent. admit: a policy. connect: a connection
 * to the upstream. upload: the client's body, on its way. wait: the head of the answer. reply: the rest of it. end: the client, to
 * take what was sent.
 */
export type Stage = "begin" | "body" | "admit" | "connect" | "upload" | "wait" | "reply" | "end";

/** What differs between calls of routes and calls of models. Without state: that is the call's. */
export type Journey = {
  send(call: Call): void;
  onBodyData(call: Call, chunk: Uint8Array): void;
  onBodyEnd(call: Call): void;
  onUploadWanted(call: Call): void;
  onHead(call: Call, status: number, headers: readonly string[], notes?: HeadNotes): void;
  onData(call: Call, chunk: Uint8Array): void;
  /** Headers behind the answer's body, before its end. */
  onTrailers?(call: Call, flat: string[]): void;
  onEnd(call: Call): void;
  onFailed(call: Call, failure: SendFailure): void;
};
