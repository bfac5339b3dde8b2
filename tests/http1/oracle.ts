// What Node's own parser reads of the same bytes: the parser behind node:http, driven without sockets, strict as it is by default.
import { METHODS } from "node:http";
import { createRequire } from "node:module";

export type Message = {
  /** Method and target, or the status. */
  first: string;
  http_1_0: boolean;
  /** Names in lower case and values in turn. */
  headers: string[];
  body: string;
  complete: boolean;
};

type NodeParser = {
  initialize(type: number, resource: object, head_bytes_max: number, lenient: number): void;
  execute(bytes: Buffer): number | Error;
  finish(): Error | undefined;
  [callback: number]: unknown;
};
type Common = {
  HTTPParser: (new () => NodeParser) & Record<"REQUEST" | "RESPONSE" | `kOn${string}`, number>;
  methods: string[];
};

const { HTTPParser } = createRequire(import.meta.url)("_http_common") as Common;
const HEAD_BYTES_MAX = 64 * 1024;

/** Node gives a method as a number; this learns which is which by asking. */
const methodNames = new Map<number, string>();

export class Oracle {
  readonly #type: number;
  readonly #parser = new HTTPParser();
  #messages: Message[] = [];
  #flat: string[] = [];
  #url = "";

  constructor(kind: "request" | "response") {
    this.#type = kind === "request" ? HTTPParser.REQUEST : HTTPParser.RESPONSE;
    this.#listen();
    if (kind === "request")
      for (const method of METHODS) this.read(Buffer.from(`${method} / HTTP/1.1\r\n\r\n`), method);
  }

  /** Everything until Node refuses, or until the bytes and then the connection end. */
  read(bytes: Buffer, learn?: string): Message[] {
    this.#messages = [];
    this.#flat = [];
    this.#url = "";
    this.#learn = learn;
    this.#parser.initialize(this.#type, {}, HEAD_BYTES_MAX, 0);
    const result = this.#parser.execute(bytes);
    if (typeof result === "number") this.#parser.finish();
    return this.#messages;
  }

  #learn: string | undefined;

  #listen(): void {
    const parser = this.#parser;
    parser[HTTPParser.kOnHeaders as number] = (flat: string[], url: string) => {
      this.#flat.push(...flat);
      this.#url += url;
    };
    parser[HTTPParser.kOnHeadersComplete as number] = (
      _major: number,
      minor: number,
      flat: string[] | undefined,
      method: number | undefined,
      url: string | undefined,
      status: number | undefined,
    ) => {
      if (this.#learn !== undefined && method !== undefined) methodNames.set(method, this.#learn);
      const headers = [...this.#flat, ...(flat ?? [])].map((text, index) => (index % 2 ? text : text.toLowerCase()));
      const first = method === undefined ? String(status) : `${methodNames.get(method)} ${this.#url}${url ?? ""}`;
      this.#messages.push({ first, http_1_0: minor === 0, headers, body: "", complete: false });
      this.#flat = [];
      this.#url = "";
      return 0;
    };
    parser[HTTPParser.kOnBody as number] = (chunk: Buffer) => {
      (this.#messages.at(-1) as Message).body += chunk.toString("latin1");
    };
    parser[HTTPParser.kOnMessageComplete as number] = () => {
      // Trailers are not part of what is compared: nothing of ours uses them.
      this.#flat = [];
      (this.#messages.at(-1) as Message).complete = true;
    };
  }
}
